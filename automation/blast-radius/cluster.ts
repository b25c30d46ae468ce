import type { ClusterFacts } from "../../simulator";
import type { Found, Judge } from "./danger";
import { unprotecting } from "./danger";
import { configurationChanges, mainOf } from "./machine-configuration";
import { machinesOf } from "./machines";
import { at, list, same, text } from "./values";

const SECRETS = "talos:machine/secrets:Secrets";

/** The PKI of the cluster: whoever has a certificate of the old one is a stranger to the new one. */
export const judgePki: Judge = ({ comparison: { resources } }) =>
  resources
    .filter(({ type, operation, retained }) => type === SECRETS && ["replace", "delete"].includes(operation) && !retained)
    .map((secrets) => ({
      code: "pki-regenerated",
      of: secrets.name,
      urn: secrets.urn,
      what:
        secrets.operation === "replace"
          ? "its secrets are made anew"
          : "its secrets are deleted; what follows is another cluster",
      ...unprotecting(secrets),
    }));

/** What the cluster is called and where it is reached. */
export const judgeIdentity: Judge = ({ comparison: { before, after } }) => {
  if (!before || !after) return [];
  const changed = (key: keyof ClusterFacts): string => (before[key] === after[key] ? "" : `${before[key]} → ${after[key]}`);
  const [renamed, moved] = [changed("clusterName"), changed("clusterEndpoint")];
  const of = before.clusterName;
  return [
    ...(renamed === "" ? [] : [{ code: "cluster-renamed", of, urn: null, what: renamed } as const]),
    ...(moved === "" ? [] : [{ code: "endpoint-changed", of, urn: null, what: moved } as const]),
  ];
};

/** Versions of Talos and Kubernetes: changed, back, or too far at once. */
export const judgeVersions: Judge = ({ comparison: { before, after } }) => {
  if (!before || !after) return [];
  const of = after.clusterName;
  return [
    ...versionChange("Talos", before.talosVersion, after.talosVersion).map((each) => ({ ...each, of })),
    ...versionChange("Kubernetes", before.kubernetesVersion, after.kubernetesVersion).map((each) => ({ ...each, of })),
  ];
};

function versionChange(program: "Talos" | "Kubernetes", from: string, to: string): Omit<Found, "of">[] {
  if (from === to) return [];
  const [[major = 0, minor = 0, patch = 0], [nextMajor = 0, nextMinor = 0, nextPatch = 0]] = [numbers(from), numbers(to)];
  const what = `${program} ${withV(from)} → ${withV(to)}`;
  const isBack = [nextMajor - major, nextMinor - minor, nextPatch - patch].find((step) => step !== 0) ?? 0;
  return [
    { code: program === "Talos" ? "talos-version-changed" : "kubernetes-version-changed", urn: null, what },
    ...(isBack < 0 ? [{ code: "version-downgraded", urn: null, what } as const] : []),
    ...(nextMajor === major && nextMinor > minor + 1 ? [{ code: "version-skipped", urn: null, what } as const] : []),
  ];
}

function numbers(version: string): number[] {
  return version.replace(/^v/, "").split(/[.-]/).map(Number);
}

function withV(version: string): string {
  return `v${version.replace(/^v/, "")}`;
}

/** What Talos lays out once, when a cluster is bootstrapped. */
export const judgeNetworks: Judge = ({ comparison }) => {
  const changed = machinesOf(comparison)
    .filter(({ configuration: { operation } }) => operation === "update")
    .flatMap(({ configuration: { before, after } }) => {
      const [was, is] = [mainOf(before), mainOf(after)].map((main) => networkOf(main));
      return configurationChanges(new Map([["cluster.network", was ?? {}]]), new Map([["cluster.network", is ?? {}]]));
    })
    .map(({ path, before, after }) => `${path} ${listed(before)} → ${listed(after)}`);
  const of = comparison.before?.clusterName ?? "";
  return changed.length === 0 ? [] : [{ code: "network-changed", of, urn: null, what: [...new Set(changed)].join(", ") }];
};

function networkOf(main: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const of = (...path: string[]): unknown => at(main, "cluster", "network", ...path);
  const { dnsDomain, podSubnets, serviceSubnets } = {
    dnsDomain: of("dnsDomain"),
    podSubnets: of("podSubnets"),
    serviceSubnets: of("serviceSubnets"),
  };
  return { dnsDomain, podSubnets, serviceSubnets, cni: of("cni", "name") ?? "Talos' own" };
}

function listed(value: unknown): string {
  return Array.isArray(value) ? list(value).map(text).join(" and ") : text(value) || "none";
}

/** Machines whose next upgrade is to another image of the same release. */
export const judgeImages: Judge = ({ comparison }) =>
  machinesOf(comparison)
    .filter(({ configuration: { operation } }) => operation === "update")
    .flatMap(({ name, configuration: { urn, before, after } }): Found[] => {
      const [was, is] = [before, after].map((inputs) => text(at(mainOf(inputs), "machine", "install", "image")));
      const release = (image = ""): string => image.replace(/^.*:/, "");
      if (same(was, is) || release(was) !== release(is)) return [];
      return [{ code: "image-changed", of: name, urn, what: `${schematicOf(was)} → ${schematicOf(is)}` }];
    });

/** The part of an installer's name that says what is built in, cut to what tells it from others. */
function schematicOf(image = ""): string {
  const [id = "", kind = ""] = image
    .replace(/:[^:]*$/, "")
    .split("/")
    .reverse();
  return `${kind}/${id.slice(0, 12)}`;
}
