import * as pulumi from "@pulumi/pulumi";

// A type the datacenter knows nothing about.
class Machine extends pulumi.CustomResource {
  constructor(name: string) {
    super("cloud:index:Machine", name, {});
  }
}

new Machine("far-away");
