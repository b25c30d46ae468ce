import { EXACT_VERSION } from "../../config/versions";
import { podOf } from "../pods";
import type { DeclaredResource, ResourcePolicy } from "../policy";
import { TYPES, isChart } from "../types";
import { at, isHidden, isTrue, list, text } from "../values";

/** The same program deploys the same tomorrow. */
export const pinnedVersions: ResourcePolicy = {
  name: "pinned-versions",
  description: "Charts, images and downloads are of one version",
  remedy: "name one version (1.20.0, not ^1.20 or latest) or a digest",
  severity: "medium",
  enforcement: { homelab: "advisory", prod: "mandatory" },
  judge: (resource) => {
    if (isChart(resource)) return chart(resource);
    if (resource.type === TYPES.download) return download(resource);
    if (resource.type === TYPES.configuration) return machine(resource);
    return images(podOf(resource)?.containers.map((container) => text(at(container, "image"))) ?? []);
  },
};

function chart({ properties }: DeclaredResource): string[] {
  const [version, name] = [at(properties, "version"), text(at(properties, "chart")) ?? ""];
  // A chart in a file is what it is.
  if (isHidden(version) || /^\.|^\/|\.tgz$/.test(name)) return [];
  return [
    ...(EXACT_VERSION.test(text(version) ?? "") ? [] : [`the chart ${name} has ${text(version) ?? "no version"}`]),
    ...(isTrue(at(properties, "devel")) ? [`the chart ${name} takes development versions (devel)`] : []),
  ];
}

/** Part of a path under which there is something else every day. */
const MOVING = /\/(latest|daily|nightly|current|stable|edge|main|master)(\/|$)/;

function download({ properties }: DeclaredResource): string[] {
  const url = text(at(properties, "url")) ?? "";
  return MOVING.test(url) && at(properties, "checksum") === undefined
    ? [`${url} is another file every day, and has no checksum`]
    : [];
}

/** Patches are the same for many machines. */
const seen = new Map<string, readonly string[]>();

function machine({ properties }: DeclaredResource): string[] {
  return list(at(properties, "configPatches")).flatMap((patch) => {
    const content = text(patch) ?? "";
    const known = seen.get(content) ?? images([...content.matchAll(/\bimage"?:\s*["']?([^\s"',}]+)/g)].map(([, image]) => image));
    seen.set(content, known);
    return known;
  });
}

function images(all: readonly (string | undefined)[]): string[] {
  return all.flatMap((image) => (image === undefined || isPinned(image) ? [] : [`the image ${image} is another one tomorrow`]));
}

/** A digest, or a tag with a version in it: `v1.13.9`, `3.2`, not `latest`, `stable` or `3`. */
function isPinned(image: string): boolean {
  if (/@sha256:[0-9a-f]{64}$/.test(image)) return true;
  const tag = /:([\w.-]+)$/.exec(image)?.[1] ?? "";
  return /\d+\.\d+/.test(tag);
}
