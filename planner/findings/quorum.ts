import type { Finding, Plan } from "../plan";
import { finding } from "./catalog";

/** What the placement means for etcd, for Proxmox itself and for the way to the API. */
export function judgeQuorum({
  hosts,
  machines,
  endpoint,
  hasQdevice,
}: Pick<Plan, "hosts" | "machines" | "endpoint"> & { readonly hasQdevice: boolean }): Finding[] {
  const members = machines.filter(({ role }) => role === "controlplane");
  return [
    ...controlPlane(members.length),
    ...etcd(members, hosts),
    ...proxmox(hosts, hasQdevice),
    ...api(members.length, endpoint),
  ];
}

function controlPlane(count: number): Finding[] {
  const path = "topology.controlPlane";
  if (count === 1) {
    return [
      finding(
        "control-plane-single",
        path,
        "1 control plane: its loss or its reboot takes the Kubernetes API away",
        "run 3 control planes on 3 hosts",
      ),
    ];
  }
  if (count % 2 === 0) {
    return [
      finding(
        "control-plane-even",
        path,
        `${count} control planes tolerate the loss of ${tolerated(count)}, no more than ${count - 1} would`,
        `run ${count - 1} or ${count + 1}`,
      ),
    ];
  }
  return [];
}

function etcd(members: Plan["machines"], hosts: Plan["hosts"]): Finding[] {
  if (members.length < 3 || hosts.length < 2) return [];
  const path = "topology.controlPlane.hosts";
  const quorum = members.length - tolerated(members.length);
  const domains = failureDomains(hosts);
  const findings = domains
    .map(({ place, names }) => ({ place, here: members.filter(({ host }) => host !== null && names.includes(host)) }))
    .filter(({ here }) => here.length > tolerated(members.length))
    .map(({ place, here }) =>
      finding(
        "etcd-quorum-single-host",
        path,
        `${here.length} of ${members.length} etcd members (${here.map(({ name }) => name).join(", ")}) are ${place}: its loss leaves ${members.length - here.length}, quorum is ${quorum}`,
        "put the control planes on as many hosts as there are members",
      ),
    );
  if (domains.length === 2) {
    const what = hosts.length === 2 ? "host" : "failure domain";
    findings.push(
      finding(
        "etcd-third-failure-domain",
        path,
        `${members.length} etcd members on 2 ${what}s: in every placement one ${what} holds at least ${Math.ceil(members.length / 2)}, so none survives the loss of either ${what}`,
        `add a third ${what}, a small witness for one control plane is enough`,
      ),
    );
  }
  return findings;
}

/** What fails together: a host alone, or all hosts that share a failure domain. */
function failureDomains(hosts: Plan["hosts"]): { place: string; names: string[] }[] {
  const alone = hosts.filter(({ failureDomain }) => failureDomain === undefined);
  const domains = new Set(hosts.flatMap(({ failureDomain }) => failureDomain ?? []));
  return [
    ...alone.map(({ name }) => ({ place: `on ${name}`, names: [name] })),
    ...[...domains].map((domain) => {
      const names = hosts.filter(({ failureDomain }) => failureDomain === domain).map(({ name }) => name);
      return { place: `in failure domain ${domain} (${names.join(", ")})`, names };
    }),
  ];
}

function proxmox(hosts: Plan["hosts"], hasQdevice: boolean): Finding[] {
  const path = "proxmox.hosts";
  if (hosts.length === 1 && !hasQdevice) {
    const [only] = hosts;
    return [
      finding(
        "single-host",
        path,
        `${only?.name ?? ""} is the only host: with it, everything is down`,
        "add hosts; until then keep backups elsewhere",
      ),
    ];
  }
  if (hasQdevice && hosts.length % 2 === 1) {
    return [
      finding(
        "proxmox-qdevice-odd",
        "proxmox.cluster.qdevice",
        `${hosts.length} hosts and a QDevice: with an odd number of hosts it votes with all the weight of the others, so that its loss can end the quorum`,
        "leave the QDevice out, or add a host",
      ),
    ];
  }
  if (hosts.length !== 2 || hasQdevice) return [];
  return [
    finding(
      "proxmox-quorum-two-hosts",
      path,
      "2 hosts have 2 votes and need both: with one down, Proxmox refuses changes on the other and restarts nothing",
      "add a QDevice on a third machine, or a third host",
    ),
  ];
}

function api(members: number, endpoint: Plan["endpoint"]): Finding[] {
  if (endpoint.kind === "loadBalancer") {
    return [
      finding(
        "endpoint-external",
        "network.endpoint.loadBalancer",
        `${endpoint.host}:${endpoint.port} is not this stack's: it has to forward to ${endpoint.backends.join(", ")}`,
        "set these backends up with a check of /readyz, where 401 is an answer too (Talos lets nobody in anonymously), before the first machine is created, and after every change of the control plane",
      ),
    ];
  }
  if (endpoint.kind === "dns" && members > 1) {
    return [
      finding(
        "endpoint-dns-round-robin",
        "network.endpoint.dns",
        `${endpoint.host} has to resolve to ${endpoint.backends.join(", ")}: clients that get the address of a dead one are not sent to another`,
        "use network.endpoint.vip, or a load balancer that looks whether its backends live",
      ),
    ];
  }
  if (endpoint.kind !== "machine" || members < 2) return [];
  return [
    finding(
      "endpoint-single-machine",
      "network.endpoint.address",
      `${endpoint.host} is ${endpoint.machine ?? "one machine"}'s own address: without it the API is away although the other control planes run`,
      "use network.endpoint.vip with an address of its own",
    ),
  ];
}

function tolerated(members: number): number {
  return Math.floor((members - 1) / 2);
}
