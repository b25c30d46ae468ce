import type { Finding, Plan } from "../plan";
import { finding } from "./catalog";

/** What the placement means for etcd, for Proxmox itself and for the way to the API. */
export function judgeQuorum({ hosts, machines, endpoint }: Pick<Plan, "hosts" | "machines" | "endpoint">): Finding[] {
  const members = machines.filter(({ role }) => role === "controlplane");
  return [...controlPlane(members.length), ...etcd(members, hosts), ...proxmox(hosts), ...api(members.length, endpoint)];
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
  const critical = hosts
    .map((host) => ({ host: host.name, here: members.filter((member) => member.host === host.name) }))
    .filter(({ here }) => here.length > tolerated(members.length));
  const findings = critical.map(({ host, here }) =>
    finding(
      "etcd-quorum-single-host",
      path,
      `${here.length} of ${members.length} etcd members (${here.map(({ name }) => name).join(", ")}) are on ${host}: its loss leaves ${members.length - here.length}, quorum is ${quorum}`,
      "put the control planes on as many hosts as there are members",
    ),
  );
  if (hosts.length === 2) {
    findings.push(
      finding(
        "etcd-third-failure-domain",
        path,
        `${members.length} etcd members on 2 hosts: in every placement one host holds at least ${Math.ceil(members.length / 2)}, so none survives the loss of either host`,
        "add a third host, a small witness for one control plane is enough",
      ),
    );
  }
  return findings;
}

function proxmox(hosts: Plan["hosts"]): Finding[] {
  const path = "proxmox.hosts";
  if (hosts.length === 1) {
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
  if (hosts.length !== 2) return [];
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
  if (endpoint.kind !== "machine" || members < 2) return [];
  return [
    finding(
      "endpoint-single-machine",
      "network.endpoint.address",
      `${endpoint.host} is ${endpoint.machine ?? "one machine"}'s own address: without it the API is away although ${members - 1} control planes run`,
      "use network.endpoint.vip with an address of its own",
    ),
  ];
}

function tolerated(members: number): number {
  return Math.floor((members - 1) / 2);
}
