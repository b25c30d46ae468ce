import * as pulumi from "@pulumi/pulumi";
import * as talos from "@pulumiverse/talos";

// Waits for what never comes.
new talos.imagefactory.Schematic("waiting", { schematic: pulumi.output(new Promise<string>(() => undefined)) });
