import * as pulumi from "@pulumi/pulumi";
import * as talos from "@pulumiverse/talos";

// Ends with an error while other things are under way.
new talos.imagefactory.Schematic("one", { schematic: "{}" });
void pulumi.log.warn("the program is about to fail");
throw new Error("no machine of this name", { cause: new RangeError("4 of 3") });
