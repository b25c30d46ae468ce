import type { Process } from "../clock/clock";
import { until } from "../clock/clock";
import { textAt, valueAt } from "./chart-values";
import type { Datacenter } from "./datacenter";
import type { Cluster, ReleaseRequest } from "./model";
import { copiesOf } from "./longhorn";
import { RuleBroken } from "./model";

/** Volumes of releases: what charts claim, what a storage gives, and what is lost with a change. */

/** Sizes in GiB of the volumes a release asks for. */
export function claimsOf({ chart, values }: ReleaseRequest): number[] {
  const gib = (text: string): number => Number(text.replace(/Gi$/, ""));
  if (chart === "kube-prometheus-stack") {
    const spec = "prometheus.prometheusSpec";
    const size = textAt(values, `${spec}.storageSpec.volumeClaimTemplate.spec.resources.requests.storage`);
    return size === "" ? [] : Array.from({ length: Number(valueAt(values, `${spec}.replicas`) ?? 1) }, () => gib(size));
  }
  const persistence = chart === "loki" ? "singleBinary.persistence" : chart === "tempo" ? "persistence" : undefined;
  if (persistence === undefined || valueAt(values, `${persistence}.enabled`) !== true) return [];
  return [gib(textAt(values, `${persistence}.size`))];
}

/** Where each chart says of which class its volumes are. */
const CLASS_AT: Readonly<Record<string, string>> = {
  "kube-prometheus-stack": "prometheus.prometheusSpec.storageSpec.volumeClaimTemplate.spec.storageClassName",
  loki: "singleBinary.persistence.storageClass",
  tempo: "persistence.storageClassName",
};

/** Class of a release's volumes; empty for the default one. */
function classOf({ chart, values }: ReleaseRequest): string {
  const path = CLASS_AT[chart];
  return path === undefined ? "" : textAt(values, path);
}

/** Pods wait for their volumes, volumes for a storage that is ready and has room for one copy at least. */
export function* attachVolumes(
  dc: Datacenter,
  cluster: Cluster,
  request: ReleaseRequest,
  sizes: readonly number[],
  deadline: number,
): Process {
  const { name, timeoutSeconds } = request;
  const [key, storageClass] = [keyOf(request), classOf(request)];
  const onDisks = (): boolean => cluster.disks?.classes.includes(storageClass) === true;
  const copies = (): number | undefined => (cluster.storage ? copiesOf(cluster.storage, storageClass) : undefined);
  if (!(yield* until(() => onDisks() || copies() !== undefined, deadline - dc.clock.now))) {
    const message = `Helm release ${name} timed out after ${timeoutSeconds} s: nothing makes the volumes its pods wait for`;
    throw new RuleBroken("no-storage", message);
  }
  if (cluster.disks && onDisks()) {
    cluster.disks.claims[key] = { storageClass, sizes };
    yield* dc.spend("volumeAttach", name);
    return;
  }
  const storage = cluster.storage;
  if (!storage) return;
  const of = (owner: string, gib: readonly number[], count = storage.copies?.[owner] ?? storage.replicas) =>
    gib.map((size) => ({ size, count }));
  const others = Object.entries(storage.claims).flatMap(([owner, claims]) => (owner === key ? [] : of(owner, claims)));
  const room = Object.values(storage.roomGiB);
  for (const [index, { size, count }] of [...others, ...of(key, sizes, copies())].entries()) {
    const fitting = room.map((left, at) => ({ left, at })).filter(({ left }) => left >= size);
    if (fitting.length === 0 && index >= others.length) {
      throw new RuleBroken("storage-full", `${name}: no machine has room for a copy of a volume of ${size} GiB`);
    }
    const best = fitting.sort((a, b) => b.left - a.left).slice(0, count);
    for (const { left, at } of best) room[at] = left - size;
  }
  storage.claims[key] = sizes;
  if (storage.copies) storage.copies[key] = copies() ?? storage.replicas;
  yield* dc.spend("volumeAttach", name);
}

/** A release's volumes keep their size and their namespace: what was claimed stays as it is, whatever the chart asks for. */
export function checkVolumes(cluster: Cluster, request: ReleaseRequest, sizes: readonly number[]): void {
  const { name, namespace, chart } = request;
  const claims = claimsIn(cluster);
  const key = keyOf(request);
  const elsewhere = Object.keys(claims).find((owner) => owner !== key && owner.endsWith(`/${name}`));
  if (elsewhere !== undefined && !(key in claims)) {
    throw new RuleBroken(
      "volume-lost",
      `${name}: its volume of ${gibOf(claims[elsewhere])} stays behind in namespace ${elsewhere.replace(/\/.*$/, "")}, and an empty one takes its place in ${namespace}`,
    );
  }
  if (sizes.length > 0) checkClass(cluster, request, key);
  const made = cluster.templates[key] ?? sizes;
  // An operator makes Prometheus' StatefulSet anew: only what is in a volume would be lost.
  const isOperated = chart === "kube-prometheus-stack" && made.length === 0;
  if (made[0] !== sizes[0] && !isOperated) {
    throw new RuleBroken(
      "volume-template",
      `${name}: its volume goes from ${gibOf(made)} to ${gibOf(sizes)}, but volumeClaimTemplates of a StatefulSet are immutable: set it back, or remove the release and its claims first`,
    );
  }
}

/** A claim keeps its class, and with it who made its volume. */
function checkClass({ disks, storage }: Cluster, request: ReleaseRequest, key: string): void {
  const [was, is] = [disks?.claims[key]?.storageClass, classOf(request)];
  const moved = was === undefined ? key in (storage?.claims ?? {}) && disks?.classes.includes(is) === true : was !== is;
  if (!moved) return;
  throw new RuleBroken(
    "volume-template",
    `${request.name}: its volume would be of ${is === "" ? "no" : is} rather than of ${was ?? storage?.name ?? ""}, but claims keep their class: set it back, or remove the release and its claims first`,
  );
}

function claimsIn({ storage, disks }: Pick<Cluster, "storage" | "disks">): Record<string, readonly number[]> {
  const onDisks = Object.entries(disks?.claims ?? {}).map(([key, { sizes }]) => [key, sizes] as const);
  return { ...storage?.claims, ...Object.fromEntries(onDisks) };
}

/** A namespace takes the claims in it along. */
export function checkClaims(cluster: Cluster, namespace: string): void {
  const inside = Object.entries(claimsIn(cluster)).filter(([key]) => key.startsWith(`${namespace}/`));
  if (inside.length === 0) return;
  const list = inside.map(([key, sizes]) => `${key.replace(/^.*\//, "")} (${gibOf(sizes)})`).sort();
  throw new RuleBroken(
    "volume-lost",
    `namespace ${namespace} holds volumes of ${list.join(", ")}, which are deleted with it, and all that is in them`,
  );
}

/** A release's name in another namespace is another release. */
export function keyOf({ name, namespace }: Pick<ReleaseRequest, "name" | "namespace">): string {
  return `${namespace}/${name}`;
}

function gibOf([size]: readonly number[] = []): string {
  return size === undefined ? "none" : `${size} GiB`;
}
