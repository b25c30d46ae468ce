import * as pulumi from "@pulumi/pulumi";
import { File } from "@muhlba91/pulumi-proxmoxve/download/file";
import type { FileArgs } from "@muhlba91/pulumi-proxmoxve/download/file";
import * as talos from "@pulumiverse/talos";
import type { PlannedImage } from "../../planner/plan";
import { unchanged } from "../unchanged";
import type { ProxmoxCluster } from "../proxmox/proxmox-cluster";

/** Where the public Image Factory serves images and installers. */
const FACTORY = "factory.talos.dev";

/** Arguments of {@link TalosImages}. */
export interface TalosImagesArgs {
  readonly cluster: ProxmoxCluster;
  /** Image Factory schematic as YAML. */
  readonly schematic: string;
  /** Talos version with the leading `v`. */
  readonly talosVersion: string;
  readonly images: readonly PlannedImage[];
  /** Last word on each download's arguments. @default unchanged */
  readonly transformDownload?: (args: FileArgs, image: PlannedImage) => FileArgs;
}

/** The Talos disk image of one schematic and release on every host that carries machines. */
export class TalosImages extends pulumi.ComponentResource {
  /** Volume id of the image by host. */
  public readonly volumes: Readonly<Record<string, pulumi.Output<string>>>;
  /** Installer that upgrades must use to keep the schematic's extensions. */
  public readonly installer: pulumi.Output<string>;

  constructor(name: string, args: TalosImagesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-talos:talos:TalosImages", name, {}, opts);
    const { cluster, talosVersion, transformDownload = unchanged } = args;

    const schematic = new talos.imagefactory.Schematic(name, { schematic: args.schematic }, { parent: this });
    const url = pulumi.interpolate`https://${FACTORY}/image/${schematic.id}/${talosVersion}/nocloud-amd64.qcow2`;

    const volumes: Record<string, pulumi.Output<string>> = {};
    for (const image of args.images) {
      const download = new File(
        image.host,
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
        { parent: this, provider: cluster.provider },
      );
      volumes[image.host] = download.id;
    }
    this.volumes = volumes;
    this.installer = pulumi.interpolate`${FACTORY}/nocloud-installer/${schematic.id}:${talosVersion}`;

    this.registerOutputs({ installer: this.installer });
  }
}
