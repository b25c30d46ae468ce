import * as pulumi from "@pulumi/pulumi";
import * as talos from "@pulumiverse/talos";

// A program as it must not be: a secret in an output, one in an input, one on the screen.
const secrets = new talos.machine.Secrets("leak", {});
export const token = pulumi.unsecret(secrets.machineSecrets).trustdinfo.token;
new talos.imagefactory.Schematic("leak", { schematic: pulumi.unsecret(secrets.clientConfiguration.clientKey) });
pulumi.unsecret(secrets.machineSecrets).cluster.secret.apply((secret) => {
  console.log(secret);
});
