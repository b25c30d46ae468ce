import type { Json } from "../values";
import { CUSTOM_RESOURCE, isCustomResource } from "./custom-resource";
import type { Inputs } from "./model";
import { list, map, text } from "./model";

/** One input whose change makes a provider replace the resource instead of updating it. */
export interface Replacement {
  readonly type: string;
  /** Path of the input, `[]` for every entry of a list. */
  readonly property: string;
  /**
   * `changed`: any other value. `both`: another value where there was one and still is one. `presence`: appears or goes.
   * `lowered`: a lower version.
   */
  readonly when: "changed" | "both" | "presence" | "lowered";
  /** Holds only while this other input is not true. */
  readonly unless?: string;
  readonly source: string;
}

const VM = "proxmoxve:index/vmLegacy:VmLegacy";
const FILE = "proxmoxve:download/file:File";
const BPG_DIFF = "bpg/terraform-provider-proxmox v0.111 vm.go, customised diff: the schema does not say so";
const BPG_SCHEMA = "pulumi-proxmoxve 8.x schema, willReplaceOnChanges";
const BPG_FILE = "bpg/terraform-provider-proxmox v0.111 download_file.go, RequiresReplace";
const KUBERNETES = "pulumi-kubernetes 4.34: identity of an object";

function rules(
  type: string,
  when: Replacement["when"],
  source: string,
  properties: readonly string[],
  unless?: string,
): Replacement[] {
  return properties.map((property) => ({ type, property, when, source, ...(unless === undefined ? {} : { unless }) }));
}

/**
 * What replaces what, in one table. Providers' schemas name only a part of it. What is not here is updated in place: `importFrom` of a
 * VM's disk among them, which neither replaces nor imports again.
 */
export const REPLACEMENTS: readonly Replacement[] = [
  ...rules(VM, "changed", BPG_DIFF, ["vmId"]),
  ...rules(VM, "changed", BPG_DIFF, ["nodeName"], "migrate"),
  ...rules(VM, "both", BPG_DIFF, ["tpmState.version", "efiDisk.type"]),
  ...rules(VM, "changed", BPG_SCHEMA, ["clone", "disks[].fileId"]),
  ...rules(
    VM,
    "both",
    BPG_SCHEMA,
    ["type", "userDataFileId", "metaDataFileId", "networkDataFileId", "vendorDataFileId"].map((key) => `initialization.${key}`),
  ),
  ...rules(VM, "presence", BPG_SCHEMA, ["amdSev"]),
  // The file's size drifts only while `overwrite` is on; the rehearsal's mirror never drifts.
  ...rules(FILE, "changed", BPG_FILE, [
    "nodeName",
    "datastoreId",
    "url",
    "fileName",
    "contentType",
    "checksum",
    "checksumAlgorithm",
    "decompressionAlgorithm",
  ]),
  ...rules("proxmoxve:index/fileLegacy:FileLegacy", "changed", "bpg/terraform-provider-proxmox v0.111 file.go, ForceNew", [
    "nodeName",
    "datastoreId",
    "contentType",
    "sourceRaw.data",
    "sourceRaw.fileName",
    "sourceRaw.resize",
  ]),
  ...rules("proxmoxve:index/poolLegacy:PoolLegacy", "changed", "bpg/terraform-provider-proxmox v0.111 pool.go, ForceNew", [
    "poolId",
  ]),
  ...rules("proxmoxve:index/haresource:Haresource", "changed", "bpg ha resource: the id is the resource", ["resourceId"]),
  ...rules("proxmoxve:index/harule:Harule", "changed", "bpg/terraform-provider-proxmox v0.111 ha rule, RequiresReplace", [
    "rule",
    "type",
  ]),
  ...rules(
    "talos:machine/secrets:Secrets",
    "lowered",
    "terraform-provider-talos v0.11 talos_machine_secrets_resource.go: regenerates the PKI",
    ["talosVersion"],
  ),
  // Only another identity means another cluster; a renewed certificate does not.
  ...rules("pulumi:providers:kubernetes", "changed", "pulumi-kubernetes provider.d.ts, clusterIdentifier", ["clusterIdentifier"]),
  ...rules("kubernetes:helm.sh/v3:Release", "changed", "pulumi-kubernetes helm/v3 Release: name and namespace identify it", [
    "name",
    "namespace",
  ]),
  ...rules("kubernetes:core/v1:Namespace", "changed", KUBERNETES, ["metadata.name"]),
  ...["kubernetes:core/v1:ConfigMap", "kubernetes:core/v1:Service", "kubernetes:discovery.k8s.io/v1:EndpointSlice"].flatMap(
    (type) => rules(type, "changed", KUBERNETES, ["metadata.name", "metadata.namespace"]),
  ),
  // What is in one is changed in place only where the provider is told to.
  ...rules("kubernetes:core/v1:Secret", "changed", "pulumi-kubernetes 4.34 provider/pkg/provider/diff.go, forceNewProperties", [
    "metadata.name",
    "metadata.namespace",
    "type",
    "stringData",
  ]),
  ...rules(CUSTOM_RESOURCE, "changed", KUBERNETES, ["metadata.name", "metadata.namespace"]),
  ...rules("kubernetes:discovery.k8s.io/v1:EndpointSlice", "changed", "Kubernetes API: the field is immutable", ["addressType"]),
];

/** The inputs among those that changed which force a replacement. */
export function replacedBy(type: string, before: Inputs, after: Inputs): string[] {
  const token = isCustomResource(type) ? CUSTOM_RESOURCE : type;
  return REPLACEMENTS.filter((rule) => rule.type === token)
    .filter((rule) => rule.unless === undefined || after[rule.unless] !== true)
    .filter((rule) => applies(rule, valuesAt(before, rule.property), valuesAt(after, rule.property)))
    .map(({ property }) => property);
}

function applies({ when }: Replacement, before: readonly Json[], after: readonly Json[]): boolean {
  const isThere = (value: Json): boolean => value !== null && value !== "";
  const [had, has] = [before.some(isThere), after.some(isThere)];
  if (when === "presence") return had !== has;
  if (when === "lowered") return had && has && isLower(text(after[0]), text(before[0]));
  // An entry more that has nothing of the kind is no change of it: a disk is added in place.
  return JSON.stringify(before.filter(isThere)) !== JSON.stringify(after.filter(isThere)) && (when === "changed" || (had && has));
}

/** The value at a path, one per entry where it leads through a list; null where there is none. */
function valuesAt(inputs: Inputs, path: string): Json[] {
  return path.split(".").reduce<Json[]>(
    (values, key) => {
      const name = key.replace("[]", "");
      const found = values.map((value) => map(value)[name] ?? null);
      return key.endsWith("[]") ? found.flatMap((value) => [...list(value)]) : found;
    },
    [inputs],
  );
}

function isLower(candidate: string, reference: string): boolean {
  const parse = (version: string): number[] => version.replace(/^v/, "").split(/[.-]/).map(Number);
  const [a, b] = [parse(candidate), parse(reference)];
  const index = a.findIndex((part, position) => part !== b[position]);
  return index >= 0 && (a[index] ?? 0) < (b[index] ?? 0);
}
