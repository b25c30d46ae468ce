import type { DangerCode } from "../../config/dangers";
import type { ComparedResource } from "../../simulator";
import { CHART_KINDS } from "../../simulator/datacenter/kinds";
import { leftInOneStep } from "../consent";
import type { Change, Found, Judge } from "./danger";
import { isGone, unprotecting } from "./danger";
import { text } from "./values";

const RELEASE = "kubernetes:helm.sh/v3:Release";
const NAMESPACE = "kubernetes:core/v1:Namespace";

/** Charts whose loss is more than that of a service. */
const GRAVE: Readonly<Record<string, DangerCode>> = {
  longhorn: "longhorn-uninstalled",
  "proxmox-csi-plugin": "storage-uninstalled",
  cilium: "network-uninstalled",
};

/** Namespaces with all that is in them, whoever put it there. */
export const judgeNamespaces: Judge = ({ comparison: { resources } }) =>
  resources
    .filter(({ type }) => type === NAMESPACE)
    .filter((each) => isGone(each) || (each.operation === "replace" && !each.carried))
    .map((each) => ({
      code: "namespace-deleted",
      of: each.name,
      urn: each.urn,
      what: "with all that is in it, volumes among it",
      ...unprotecting(each),
    }));

/** Releases that are uninstalled, for good or to be installed anew. */
export const judgeReleases: Judge = (change) => {
  const unprepared = new Set(handedOver(change).map(({ urn }) => urn));
  return change.comparison.resources
    .filter(({ type, urn }) => type === RELEASE && !unprepared.has(urn))
    .filter((each) => isGone(each) || (each.operation === "replace" && !each.carried))
    .flatMap(uninstalled);
};

function uninstalled(release: ComparedResource): Found[] {
  const { urn, name, before, operation, replacedBy, wasProtected } = release;
  const chart = text(before?.["chart"]);
  const again = operation === "replace" ? ` and installed anew: ${replacedBy.join(", ")} changes` : "";
  const what = `chart ${chart} ${text(before?.["version"])} in ${text(before?.["namespace"])} is uninstalled${again}`;
  const base = { of: name, urn, what };
  const grave = GRAVE[chart];
  if (grave === "longhorn-uninstalled") {
    return [{ ...base, code: grave, ...(wasProtected ? {} : { consented: "addons.longhorn.allowUninstall: true, before" }) }];
  }
  const kinds = CHART_KINDS[chart]?.by === "release" ? Object.values(CHART_KINDS[chart].kinds).flat() : [];
  return [
    { ...base, code: grave ?? (operation === "replace" ? "release-replaced" : "release-uninstalled"), ...unprotecting(release) },
    ...(kinds.length === 0
      ? []
      : [
          {
            ...base,
            code: "definitions-deleted" as const,
            what: `every ${kinds.join(", ")} of the cluster goes with the release`,
          },
        ]),
  ];
}

/** Releases and custom resources that GitOps was to take over, and that are deleted in front of it. */
export const judgeHandedOver: Judge = (change) =>
  handedOver(change).map(({ urn }) => ({
    code: "handed-over-in-one-step",
    of: urn.split("::").at(-1) ?? urn,
    urn,
    what: "the state does not know that it is to stay when the program no longer asks for it",
  }));

function handedOver({ comparison: { resources }, after }: Change): { readonly urn: string }[] {
  if (!after) return [];
  const gone = resources.filter(isGone).map((each) => ({ ...each, retainOnDelete: each.retained }));
  return leftInOneStep(gone, after.plan);
}

/** Objects that go by themselves; those that go with their release are told of with it. */
export const judgeObjects: Judge = (change) => {
  const { resources } = change.comparison;
  const told = new Set(handedOver(change).map(({ urn }) => urn));
  const releases = new Set(resources.filter((each) => each.type === RELEASE && isGone(each)).map(({ name }) => name));
  const namespaces = new Set(resources.filter((each) => each.type === NAMESPACE && isGone(each)).map(({ name }) => name));
  return resources
    .filter((each) => each.type.startsWith("kubernetes:") && ![RELEASE, NAMESPACE].includes(each.type) && !told.has(each.urn))
    .filter((each) => isGone(each) && !releases.has(each.parent?.split("::").at(-1) ?? ""))
    .filter(({ before }) => !namespaces.has(text((before?.["metadata"] as { namespace?: unknown } | undefined)?.namespace)))
    .map((each) => ({ code: "object-deleted", of: each.name, urn: each.urn, what: each.type.split(":").at(-1) ?? "" }));
};
