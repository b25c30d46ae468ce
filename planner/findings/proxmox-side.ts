import type { Finding, Plan, PlannedMachine } from "../plan";
import { judgeVolumeRoom } from "./csi-room";
import { ZONE_LABEL, csiLabels } from "../proxmox-topology";
import type { Site } from "../site";
import { finding } from "./catalog";

const PATH = "addons.proxmoxCsi";

/** The VM that all disks of the CSI plugin are said to belong to, whether there is one or not (its docs/config.md). */
const CSI_VM_ID = 9999;

type Judged = Pick<Plan, "addons" | "hosts" | "machines">;

/** What it costs that volumes of pods are disks of VMs. */
export function judgeProxmoxSide(site: Site, { addons, hosts, machines }: Judged): Finding[] {
  const { proxmoxCsi: csi } = site.addons;
  if (!csi) return [];
  return [
    finding(
      "csi-disks-kept",
      PATH,
      "volumes of pods are attached to VMs as disks that the stack does not know: it leaves the disks of VMs that are there as they are, and changes of diskGiB and disks reach none but new VMs",
      "change disks of VMs one by one: drain the machine, and grow its disk in Proxmox",
    ),
    ...judgeClasses(site, hosts),
    ...judgeVolumeRoom(site, addons, hosts),
    ...judgeZones(site, machines),
    ...judgeIds(site),
  ];
}

function judgeClasses({ addons, proxmox }: Site, hosts: Plan["hosts"]): Finding[] {
  return Object.entries(addons.proxmoxCsi?.storageClasses ?? {}).flatMap(([name, { datastore }]) => {
    const places = hosts.filter(({ datastores }) => datastores.some((each) => each.name === datastore && !each.shared));
    if (places.length === 0 || hosts.length === 1) return [];
    const path = `${PATH}.storageClasses.${name}.datastore`;
    const where = `${datastore} is each host's own (${places.map((host) => host.name).join(", ")})`;
    return [
      finding(
        "csi-volume-local",
        path,
        `${where}: a pod with a volume of ${name} runs on machines of that host and nowhere else, and a VM with one attached does not migrate`,
        "have the application keep copies on several hosts, drain machines before a host is maintained, or take a datastore that hosts share",
      ),
      ...(proxmox.ha
        ? [
            finding(
              "csi-ha",
              path,
              `${where}: a VM with a volume of ${name} attached does not start on the host that Proxmox HA starts it on when its own is lost`,
              "take a datastore that hosts share, or leave proxmox.ha out: Kubernetes starts pods elsewhere by itself",
            ),
          ]
        : []),
    ];
  });
}

function judgeZones(site: Site, machines: readonly PlannedMachine[]): Finding[] {
  const { hosts } = site.proxmox;
  const lost = Object.entries(hosts).filter(([name, { failureDomain }]) => failureDomain !== undefined && failureDomain !== name);
  const others = machines.filter(({ host }) => host === null).map(({ name }) => name);
  const wrong = machines.filter(({ host, labels }) =>
    Object.entries(host === null ? {} : (csiLabels(site, host) ?? {})).some(([key, value]) => labels[key] !== value),
  );
  return [
    ...(lost.length > 0
      ? [
          finding(
            "csi-zone-is-host",
            PATH,
            `${ZONE_LABEL} is the host here, for the plugin makes disks on the host that it names: pods spread over hosts, not over the failure domains of ${lost.map(([name]) => name).join(", ")}`,
            "spread pods that must not fail together by a label of your own on pools",
          ),
        ]
      : []),
    ...(others.length > 0
      ? [
          finding(
            "csi-existing-machines",
            PATH,
            `${others.join(", ")} are no VMs of the stack: no volume of the plugin can be attached there, and pods with one never run there`,
            "acknowledge, or keep such pods off them by a taint",
          ),
        ]
      : []),
    ...wrong.map(({ name, host, pool, labels }) =>
      finding(
        "csi-topology-label",
        pool === "control-plane" ? "topology.controlPlane" : `topology.workers.${pool}`,
        `${name} is on ${host ?? ""} and labelled otherwise (${ZONE_LABEL} ${labels[ZONE_LABEL] ?? ""}): its volumes would be made elsewhere`,
        "leave region and zone out of labels: with the CSI plugin the plan sets them",
      ),
    ),
  ];
}

function judgeIds({ proxmox: { vm } }: Site): Finding[] {
  if (CSI_VM_ID < vm.idBase || CSI_VM_ID >= vm.idBase + vm.idCount) return [];
  return [
    finding(
      "csi-vm-id",
      "proxmox.vm.idBase",
      `${CSI_VM_ID} is among the stack's ids, and the VM that every disk of the plugin belongs to in Proxmox's eyes: deleting it deletes them all`,
      `take ids that ${CSI_VM_ID} is not among`,
    ),
  ];
}
