import { EXACT_VERSION } from "../../config/versions";
import { documentsOf } from "../machines";
import { podOf } from "../pods";
import type { DeclaredResource, ResourcePolicy } from "../policy";
import { TYPES, isChart } from "../types";
import { at, isHidden, isTrue, list, text, textsIn } from "../values";
import type { Value } from "../values";

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
  // A chart in a file is what it is; one at an address is whatever is there.
  if (isHidden(version) || (!/^[a-z]+:\/\//.test(name) && /^\.|^\/|\.tgz$/.test(name))) return [];
  if (/-v?\d+\.\d+\.\d+\.tgz$/.test(name)) return [];
  return [
    ...(EXACT_VERSION.test(text(version) ?? "") ? [] : [`the chart ${name} has ${text(version) ?? "no version"}`]),
    ...(isTrue(at(properties, "devel")) ? [`the chart ${name} takes development versions (devel)`] : []),
  ];
}

/** Part of a path under which there is something else every day. */
const MOVING = /\/(latest|daily|nightly|current|stable|edge|main|master)(\/|$)/i;

function download({ properties }: DeclaredResource): string[] {
  const url = text(at(properties, "url")) ?? "";
  return MOVING.test(url) && (at(properties, "checksum") ?? "") === ""
    ? [`${url} is another file every day, and has no checksum`]
    : [];
}

/** Patches are the same for many machines. */
const seen = new Map<string, readonly string[]>();

function machine({ properties }: DeclaredResource): string[] {
  return list(at(properties, "configPatches")).flatMap((patch) => {
    const content = text(patch) ?? "";
    const known = seen.get(content) ?? images(documentsOf(content).flatMap(imagesIn));
    seen.set(content, known);
    return known;
  });
}

/** Whatever is called an image, however deep; comments are not. */
function imagesIn(document: Value): string[] {
  return textsIn(document).flatMap(({ key, text: value }) => (key === "image" ? [value] : []));
}

function images(all: readonly (string | undefined)[]): string[] {
  return all.flatMap((image) => (image === undefined || isPinned(image) ? [] : [`the image ${image} is another one tomorrow`]));
}

/** Words in tags for what moves, whatever version stands behind them: that is of what it was built on (`stable-alpine3.20`). */
const MOVING_TAG =
  /(?:^|[-._])(?:latest|nightly|daily|edge|main|master|mainline|stable|lts|current|dev|canary|rolling)(?:[-._]|$)/i;

/** A digest, or a tag with a version in it, a moment or a commit: `v1.13.9`, `3.2`, not `latest`, `lts-alpine3.20`, `3` or `3-alpine3.20`. */
function isPinned(image: string): boolean {
  if (/@sha256:[0-9a-f]{64}$|@sha512:[0-9a-f]{128}$/.test(image)) return true;
  const tag = /:([\w.-]+)$/.exec(image)?.[1] ?? "";
  if (/^v?\d+\.\d+/.test(tag) || /\d{4}-\d{2}-\d{2}T|(?:^|-)[0-9a-f]{40}$/.test(tag)) return true;
  return /\d+\.\d+/.test(tag) && !MOVING_TAG.test(tag) && !/^v?\d+-/.test(tag);
}
