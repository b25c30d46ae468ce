import * as pulumi from "@pulumi/pulumi";
import { File } from "@muhlba91/pulumi-proxmoxve/download/file";
import type { FileArgs } from "@muhlba91/pulumi-proxmoxve/download/file";
import * as talos from "@pulumiverse/talos";
import type { PlannedImage, PlannedMachine, PlannedTalos } from "../../planner/plan";
import { unchanged } from "../unchanged";
import type { ProxmoxCluster } from "../proxmox/proxmox-cluster";

/** Arguments of {@link TalosImages}. */
export interface TalosImagesArgs {
  /** Where the images go; null where no machine is a VM. */
  readonly cluster: ProxmoxCluster | null;
  readonly talos: Pick<PlannedTalos, "version" | "schematics" | "imageFactory" | "secureBoot">;
  readonly images: readonly PlannedImage[];
  /** Last word on each download's arguments. @default unchanged */
  readonly transformDownload?: (args: FileArgs, image: PlannedImage) => FileArgs;
}

/** The Talos disk images of one release on every host that carries machines, one per flavour. */
export class TalosImages extends pulumi.ComponentResource {
  private readonly volumes = new Map<string, pulumi.Output<string>>();
  private readonly schematics = new Map<string, talos.imagefactory.Schematic>();
  private readonly talos: TalosImagesArgs["talos"];

  constructor(name: string, args: TalosImagesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-talos:talos:TalosImages", name, {}, opts);
    const { cluster, transformDownload = unchanged } = args;
    const { version, imageFactory, secureBoot } = args.talos;
    this.talos = args.talos;

    for (const { key, yaml } of args.talos.schematics) {
      this.schematics.set(
        key,
        // Its id is made of its content, and an update in place would keep the old one: images would be of the old flavour.
        new talos.imagefactory.Schematic(
          named(name, key),
          { schematic: yaml },
          { parent: this, replaceOnChanges: ["schematic"] },
        ),
      );
    }
    const flavour = secureBoot ? "nocloud-amd64-secureboot" : "nocloud-amd64";
    for (const image of args.images) {
      const url = pulumi.interpolate`https://${imageFactory}/image/${this.schematicId(image.schematic)}/${version}/${flavour}.qcow2`;
      const download = new File(
        named(image.host, image.schematic),
        transformDownload(
          {
            nodeName: image.host,
            datastoreId: image.datastore,
            contentType: "import",
            fileName: image.fileName,
            url,
            // The name carries version and schematic: a file that drifted in size must never replace itself under a running VM.
            overwrite: false,
          },
          image,
        ),
        { parent: this, provider: cluster?.provider },
      );
      this.volumes.set(`${image.host} ${image.schematic}`, download.id);
    }

    this.registerOutputs({});
  }

  /** Volume id of the image a VM is made from, for instance `local:import/prod-talos-v1.13.9-….qcow2`. */
  public volume({ name, host, schematic }: PlannedMachine): pulumi.Output<string> {
    const volume = this.volumes.get(`${host ?? ""} ${schematic}`);
    if (!volume) throw new pulumi.RunError(`No Talos image is planned for host ${host ?? "(none)"}, where ${name} belongs`);
    return volume;
  }

  /** Installer that a machine's upgrades must use to keep its flavour. */
  public installer({ source, schematic }: PlannedMachine): pulumi.Output<string> {
    const platform = source === "proxmox" ? "nocloud" : "metal";
    const kind = this.talos.secureBoot ? `${platform}-installer-secureboot` : `${platform}-installer`;
    return pulumi.interpolate`${this.talos.imageFactory}/${kind}/${this.schematicId(schematic)}:${this.talos.version}`;
  }

  private schematicId(key: string): pulumi.Output<string> {
    const schematic = this.schematics.get(key);
    if (!schematic) throw new pulumi.RunError(`No schematic is planned under ${key}`);
    return schematic.id;
  }
}

function named(name: string, schematic: string): string {
  return schematic === "" ? name : `${name}-${schematic}`;
}
