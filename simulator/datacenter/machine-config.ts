import { createHash } from "node:crypto";
import { parseAllDocuments } from "yaml";
import type { Json } from "../values";
import type { MachineFacts, MachineTaint, TalosAccess } from "./model";
import { RuleBroken } from "./model";

type Doc = { [key: string]: Json };

const CONTROL_PLANE = "node-role.kubernetes.io/control-plane";

/** Document kinds the pinned Talos reads besides v1alpha1 (1.13; those of 1.14 are refused). */
const KINDS = new Set([
  "HostnameConfig",
  "LinkConfig",
  "LinkAliasConfig",
  "VLANConfig",
  "ResolverConfig",
  "TimeSyncConfig",
  "Layer2VIPConfig",
  "UserVolumeConfig",
  "RawVolumeConfig",
  "VolumeConfig",
  "ExtensionServiceConfig",
]);

/** Top-level keys of the v1alpha1 document and of its two halves, as far as the datacenter knows them. */
const KNOWN: Readonly<Record<string, ReadonlySet<string>>> = {
  "": new Set(["version", "debug", "persist", "machine", "cluster"]),
  machine: new Set(
    "type token ca acceptedCAs certSANs controlPlane kubelet pods network disks install files env time sysctls sysfs registries systemDiskEncryption features udev logging kernel seccompProfiles baseRuntimeSpecOverrides nodeLabels nodeAnnotations nodeTaints".split(
      " ",
    ),
  ),
  cluster: new Set(
    "id secret controlPlane clusterName network token aescbcEncryptionSecret secretboxEncryptionSecret ca acceptedCAs aggregatorCA serviceAccount apiServer controllerManager proxy scheduler discovery etcd coreDNS externalCloudProvider extraManifests extraManifestHeaders inlineManifests adminKubeconfig allowSchedulingOnControlPlanes".split(
      " ",
    ),
  ),
};

/**
 * Merges patches into a machine configuration as Talos does: maps are merged, lists are appended but for a few, documents of the same kind and name are merged, others are added.
 */
export function patchConfiguration(base: string, patches: readonly string[]): string {
  return patchedConfiguration(base, patches).text;
}

/** A configuration with its patches, and what the datacenter reads out of it, without parsing it again. */
export function patchedConfiguration(base: string, patches: readonly string[]): { text: string; facts: () => MachineFacts } {
  const documents = [...parse(base)];
  for (const patch of patches.flatMap(parse)) {
    const same = documents.findIndex((document) => document["kind"] === patch["kind"] && document["name"] === patch["name"]);
    const target = documents[same];
    if (target) documents[same] = merge(target, patch) as Doc;
    else documents.push(patch);
  }
  // Its last line ends, as every line of YAML that a machine is given does.
  const text = `${documents.map((document) => JSON.stringify(document)).join("\n---\n")}\n`;
  return { text, facts: () => factsOf(documents) };
}

/**
 * Reads a machine configuration and refuses what Talos would.
 *
 * @throws {RuleBroken} `machine-configuration`, naming the offending key
 */
export function readConfiguration(text: string): MachineFacts {
  return factsOf(parse(text));
}

function factsOf(documents: readonly Doc[]): MachineFacts {
  const main = documents.find((document) => document["kind"] === undefined);
  if (!main) throw refused("it has no v1alpha1 document");
  for (const document of documents) checkDocument(document);
  const machine = section(main, "machine");
  const cluster = section(main, "cluster");
  const type = machine["type"];
  if (type !== "controlplane" && type !== "worker")
    throw refused(`machine.type is ${JSON.stringify(type)}, not controlplane or worker`);

  const named = (kind: string): Doc | undefined => documents.find((document) => document["kind"] === kind);
  const hostname = named("HostnameConfig");
  const legacyHostname = section(machine, "network")["hostname"];
  if (hostname && legacyHostname !== undefined) throw refused("static hostname is already set in v1alpha1 config");
  if (hostname?.["hostname"] !== undefined && hostname["auto"] !== "off") {
    throw refused("HostnameConfig: 'auto' and 'hostname' cannot be set at the same time");
  }
  const network = section(cluster, "network");
  const taints = taintsOf(machine, cluster);
  const prism = section(section(machine, "features"), "kubePrism");
  const vip = named("Layer2VIPConfig");
  if (vip && type === "worker") throw refused("a worker cannot hold the virtual IP");
  return {
    type,
    // A hash: the datacenter only needs to tell clusters apart, and its state is kept in a file.
    clusterKey: createHash("sha256").update(asText(cluster["secret"])).digest("hex").slice(0, 16),
    clusterName: asText(cluster["clusterName"]),
    endpoint: asText(section(cluster, "controlPlane")["endpoint"]),
    hostname: asText(hostname?.["hostname"] ?? legacyHostname ?? ""),
    cni: asText(section(network, "cni")["name"] ?? "flannel"),
    podSubnets: listOf(network["podSubnets"]).map(asText),
    serviceSubnets: listOf(network["serviceSubnets"]).map(asText),
    domain: asText(network["dnsDomain"]),
    kubeProxy: section(cluster, "proxy")["disabled"] !== true,
    kubePrismPort: prism["enabled"] === true ? Number(prism["port"] ?? 7445) : null,
    virtualIp: vip ? asText(vip["name"]) : null,
    addresses: documents
      .filter((document) => document["kind"] === "LinkConfig")
      .flatMap((link) => (Array.isArray(link["addresses"]) ? link["addresses"] : []))
      .map((entry) => asText((entry as Doc)["address"]).replace(/\/.*$/, "")),
    labels: Object.fromEntries(Object.entries(section(machine, "nodeLabels")).map(([key, value]) => [key, asText(value)])),
    schedulable: !taints.some(({ effect }) => REPELLING.has(effect)),
    taints,
    schematic: /\/([0-9a-f]{64}):/.exec(asText(section(machine, "install")["image"]))?.[1] ?? "",
    mounts: listOf(section(machine, "kubelet")["extraMounts"]).map((mount) => asText((mount as Doc)["destination"])),
    volumes: documents.filter((document) => document["kind"] === "UserVolumeConfig").map((volume) => asText(volume["name"])),
    volumeSerials: documents
      .filter((document) => document["kind"] === "UserVolumeConfig")
      .flatMap((volume) => /^disk\.serial == "([^"]+)"$/.exec(selectorOf(volume))?.[1] ?? []),
    encrypted: documents
      .filter((document) => /^(User)?VolumeConfig$/.test(asText(document["kind"])) && document["encryption"] !== undefined)
      .map((document) => asText(document["name"]))
      .sort(),
    secureBoot: asText(section(machine, "install")["image"]).includes("-installer-secureboot/"),
    talosAccess: accessOf(machine),
    providerId: asText(
      section(section(machine, "kubelet"), "extraConfig")["providerID"] ??
        section(section(machine, "kubelet"), "extraArgs")["provider-id"],
    ),
    asksForCertificate:
      asText(section(section(machine, "kubelet"), "extraArgs")["rotate-server-certificates"]) === "true" ||
      section(section(machine, "kubelet"), "extraConfig")["serverTLSBootstrap"] === true,
    needsTpm: documents.some((document) => JSON.stringify(section(document, "encryption")["keys"] ?? []).includes('"tpm"')),
  };
}

/** Who may ask Talos from inside of the cluster. */
function accessOf(machine: Doc): TalosAccess | null {
  const access = section(section(machine, "features"), "kubernetesTalosAPIAccess");
  if (access["enabled"] !== true) return null;
  if (machine["type"] !== "controlplane") {
    throw refused("feature Kubernetes Talos API Access can only be enabled on control plane machines");
  }
  const roles = listOf(access["allowedRoles"]).map(asText);
  const unknown = roles.find((role) => !ROLES.has(role));
  if (unknown !== undefined) throw refused(`invalid role "${unknown}" in allowed roles for Kubernetes Talos API Access`);
  return { roles, namespaces: listOf(access["allowedKubernetesNamespaces"]).map(asText) };
}

/** Roles of Talos (pkg/machinery/role). */
const ROLES = new Set(["os:admin", "os:etcd:backup", "os:impersonator", "os:operator", "os:reader"]);

/** Effects that keep pods off unless they tolerate the taint. */
const REPELLING = new Set(["NoSchedule", "NoExecute"]);

/** Taints of the machine's node. Workers bring theirs when they register: NodeRestriction refuses any other. */
function taintsOf(machine: Doc, cluster: Doc): MachineTaint[] {
  if (machine["type"] === "worker") {
    return listOf(section(section(machine, "kubelet"), "extraConfig")["registerWithTaints"])
      .filter(isDoc)
      .map(({ key, value, effect }) => ({ key: asText(key), value: asText(value), effect: asText(effect) }));
  }
  const own = Object.entries(section(machine, "nodeTaints")).map(([key, taint]) => {
    const [, value = "", effect = ""] = /^(?:(.*):)?([^:]+)$/.exec(asText(taint)) ?? [];
    return { key, value, effect };
  });
  const open = cluster["allowSchedulingOnControlPlanes"] === true;
  return [...(open ? [] : [{ key: CONTROL_PLANE, value: "", effect: "NoSchedule" }]), ...own];
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

function selectorOf(volume: Doc): string {
  return asText(section(section(volume, "provisioning"), "diskSelector")["match"]);
}

function checkDocument(document: Doc): void {
  const kind = document["kind"];
  if (kind !== undefined) {
    if (!KINDS.has(asText(kind))) throw refused(`"${asText(kind)}" "${asText(document["apiVersion"])}": not registered`);
    return;
  }
  for (const [path, known] of Object.entries(KNOWN)) {
    const unknown = Object.keys(path === "" ? document : section(document, path)).filter((key) => !known.has(key));
    if (unknown.length > 0)
      throw refused(
        `unknown keys found during decoding: ${unknown.map((key) => [path, key].filter(Boolean).join(".")).join(", ")}`,
      );
  }
}

/** Lists that a patch replaces rather than adds to (`merge:"replace"` in Talos' types). */
const REPLACED = new Set(["podSubnets", "serviceSubnets"]);

function merge(base: Json, patch: Json): Json {
  if (Array.isArray(base) && Array.isArray(patch)) return [...base, ...patch.filter((entry) => !base.includes(entry))];
  if (isDoc(base) && isDoc(patch)) {
    const merged: Doc = { ...base };
    for (const [key, value] of Object.entries(patch))
      merged[key] = key in merged && !REPLACED.has(key) ? merge(merged[key] ?? null, value) : value;
    return merged;
  }
  return patch;
}

/** Texts parsed last: the base of a role and most patches are the same for all of its machines. */
const recent = new Map<string, readonly Doc[]>();
const RECENT_TEXTS = 32;

function parse(text: string): readonly Doc[] {
  const documents = recent.get(text) ?? parseYaml(text);
  recent.delete(text);
  recent.set(text, documents);
  for (const oldest of recent.keys()) {
    if (recent.size <= RECENT_TEXTS) break;
    recent.delete(oldest);
  }
  return documents;
}

function parseYaml(text: string): Doc[] {
  // Talos reads YAML 1.1: a bare `off` is a boolean there.
  return parseAllDocuments(text, { version: "1.1" }).map((document) => {
    const error = document.errors[0];
    if (error) throw refused(error.message.split("\n")[0] ?? "not YAML");
    const value = document.toJS() as Json;
    if (!isDoc(value)) throw refused("a document is not a map");
    return value;
  });
}

function section(doc: Doc, key: string): Doc {
  const value = doc[key];
  return isDoc(value) ? value : {};
}

function isDoc(value: Json | undefined): value is Doc {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function asText(value: Json | undefined): string {
  return typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);
}

function refused(reason: string): RuleBroken {
  return new RuleBroken("machine-configuration", `Talos refuses the configuration: ${reason}`);
}
