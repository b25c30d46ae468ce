import { PROXMOX_SIDE_DEFAULTS as DEFAULTS } from "../../config/addons/proxmox-side";
import type { UnplacedProblem } from "../../config/problem";
import { nearest, problem } from "../../config/problem";
import { REGION_LABEL, regionOf } from "../proxmox-topology";
import type { Site } from "../site";
import type { AddonContext, AddonDefinition } from "./definition";
import type { Values } from "./layers";
import { accessSecret, accessValues, judgeVms } from "./proxmox-access";
import type { Access } from "./proxmox-access";
import { Sourced } from "./sourced";

type Context = AddonContext<"proxmoxCsi">;

const ACCESS: Access = { token: DEFAULTS.csiToken, secretName: "proxmox-csi-access", secret: "proxmoxCsiTokenSecret" };

const KEY = "addons.proxmoxCsi.storageClasses";

/** What each of the controller's five programs asks for in prod: assumed; the chart's 16 MiB are for a handful of volumes. */
const PROD_REQUESTS = { cpu: "10m", memory: "48Mi" } as const;

/** Volumes that are disks of VMs. */
export const proxmoxCsi: AddonDefinition<"proxmoxCsi"> = {
  key: "proxmoxCsi",
  chart: "proxmox-csi-plugin",
  publisher: "oci://ghcr.io/sergelogvinov/charts",
  // Its pods mount disks of the machine.
  podSecurity: "privileged",
  needs: ["network"],
  judge: (site) => [...judgeVms("proxmoxCsi", site), ...judgeDatastores(site)],
  plan: (context) => ({
    base: base(context),
    overlays: { homelab: {}, prod: { controller: Object.fromEntries(PROGRAMS.map((each) => [each, { resources }])) } },
    secrets: [accessSecret(context, ACCESS)],
    facts: { datastores: datastoresOf(context, false), sharedDatastores: datastoresOf(context, true) },
  }),
};

const PROGRAMS = ["plugin", "attacher", "provisioner", "resizer"] as const;
const resources = { requests: PROD_REQUESTS } as const;

function base(context: Context): Values {
  return {
    ...accessValues(context, ACCESS),
    storageClass: new Sourced(classes(context), { layer: "stack", path: KEY }),
    node: {
      // Machines that are no VMs have no disk to give; all others serve whatever may run on them.
      nodeSelector: { [REGION_LABEL]: regionOf(context.site) },
      tolerations: [{ operator: "Exists" }],
    },
  };
}

/** Datastores of its classes that hosts share, or those that go with their host. */
function datastoresOf({ config, site }: Context, isShared: boolean): string[] {
  const has = (name: string): boolean =>
    Object.values(site.proxmox.hosts).some(({ datastores }) => datastores[name]?.shared === isShared);
  return [...new Set(Object.values(config.storageClasses).map(({ datastore }) => datastore))].filter(has).sort();
}

function classes({ config }: Context): readonly unknown[] {
  return Object.entries(config.storageClasses)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { datastore, filesystem, reclaimPolicy, cache, ssd, default: isDefault }]) => ({
      name,
      storage: datastore,
      fstype: filesystem,
      reclaimPolicy,
      cache,
      ssd,
      ...(isDefault ? { annotations: { "storageclass.kubernetes.io/is-default-class": "true" } } : {}),
    }));
}

/** Disks on what no host has. */
function judgeDatastores({ addons, proxmox }: Site): UnplacedProblem[] {
  const known = [...new Set(Object.values(proxmox.hosts).flatMap(({ datastores }) => Object.keys(datastores)))].sort();
  return Object.entries(addons.proxmoxCsi?.storageClasses ?? {}).flatMap(([name, { datastore }]) => {
    // Without a host there is no VM, which has been said.
    if (known.length === 0 || known.includes(datastore)) return [];
    const meant = nearest(datastore, known);
    const remedy = meant === undefined ? "name one that a host has" : `did you mean ${meant}?`;
    return [problem(`${KEY}.${name}.datastore`, datastore, "no host has this datastore", known.join(", "), remedy)];
  });
}
