import type { Rendered } from "./helm";
import { isMap, valueAt } from "./values";

/** One container of a pod, as far as it is looked at. */
interface Container {
  readonly image?: string;
  readonly args?: readonly unknown[] | null;
  readonly command?: readonly unknown[] | null;
  readonly env?: readonly { readonly name: string; readonly value?: unknown }[] | null;
  readonly resources?: Resources | null;
}

/** What a container asks for and may take at most, as quantities. */
export interface Resources {
  readonly requests?: Readonly<Record<string, string | number>>;
  readonly limits?: Readonly<Record<string, string | number>>;
}

/** What a workload's pods are made of. */
export interface PodSpec {
  readonly containers?: readonly Container[];
  readonly volumes?: readonly object[] | null;
  readonly initContainers?: readonly (Container & { readonly restartPolicy?: string })[] | null;
  readonly tolerations?: readonly { readonly key?: string; readonly operator?: string; readonly effect?: string }[] | null;
}

/** What an operator makes pods of, by kind: the fields that chart values end up in. */
const BY_OPERATOR = ["Alertmanager", "Prometheus"];

/** Pods of a workload; undefined for what has none. */
export function podSpecOf({ kind, spec }: Rendered): PodSpec | undefined {
  if (!isMap(spec)) return undefined;
  const template = kind === "CronJob" ? valueAt(spec, ["jobTemplate", "spec", "template"]) : spec["template"];
  if (["CronJob", "DaemonSet", "Deployment", "Job", "ReplicaSet", "StatefulSet"].includes(kind)) {
    return valueAt(template, ["spec"]) as PodSpec | undefined;
  }
  return BY_OPERATOR.includes(kind) ? { containers: [spec] } : undefined;
}

/** Whether its pods run for as long as the add-on does. */
export function staysUp(object: Rendered): boolean {
  return object.kind !== "Job" && hookOf(object) === undefined;
}

/** Whether it is made only when somebody has Helm test the release. */
export function isTest(object: Rendered): boolean {
  return hookOf(object)?.startsWith("test") === true;
}

function hookOf({ metadata }: Rendered): string | undefined {
  return metadata.annotations?.["helm.sh/hook"];
}

/** Images that a chart's objects name: of containers, and what operators are told to start by arguments and environment. */
export function imagesOf(objects: readonly Rendered[]): string[] {
  const images = objects.flatMap((object) => {
    const pod = podSpecOf(object);
    if (!pod) return [];
    return [...(pod.containers ?? []), ...(pod.initContainers ?? [])].flatMap(imagesOfContainer);
  });
  return [...new Set(images)].sort();
}

/** Charts write nothing where they have nothing to list. */
function imagesOfContainer({ image, args, command, env }: Container): string[] {
  const told = [...(args ?? []), ...(command ?? [])].map((each) => String(each).replace(/^--?[\w-]+=/, ""));
  const texts = [...told, ...(env ?? []).map(({ value = "" }) => String(value))];
  return [...(image === undefined || image === "" ? [] : [image]), ...texts.filter(isImage)];
}

/** A registry's host or a folder before the name, and a tag that begins like a version, so that no URL or port is taken for one. */
function isImage(text: string): boolean {
  return /^[a-z0-9][a-z0-9.-]*(?::\d+)?(?:\/[a-z0-9._-]+)+:v?\d[\w.-]*(?:@sha256:[0-9a-f]{64})?$/.test(text);
}

/** Whether an image may be another one tomorrow. */
export function isFloating(image: string): boolean {
  if (/@sha256:[0-9a-f]{64}$/.test(image)) return false;
  const tag = /:([\w][\w.-]*)$/.exec(image.split("/").at(-1) ?? "")?.[1];
  return tag === undefined || !/\d/.test(tag) || tag === "latest";
}
