import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config("talos");

/** Image Factory set for the default provider as `talos:imageFactoryUrl`. */
export const imageFactoryUrl: string | undefined = config.get("imageFactoryUrl");
