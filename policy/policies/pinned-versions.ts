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
  if (DIGEST.test(name) || EXACT_VERSION.test(/-(v?\d+\.\d+\.\d+[\w.+-]*)\.tgz$/.exec(name)?.[1] ?? "")) return [];
  // A registry takes the version as a tag, too, where a plus is not allowed.
  const tag = /^oci:\/\/.*:([\w.-]+)$/.exec(name)?.[1]?.replace("_", "+");
  if (version === undefined && EXACT_VERSION.test(tag ?? "")) return [];
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
    const documents = documentsOf(content);
    const known = seen.get(content) ?? [...images(documents.flatMap(imagesIn)), ...documents.flatMap(movingManifests)];
    seen.set(content, known);
    return known;
  });
}

/** Manifests that Talos fetches whenever a control plane boots. */
function movingManifests(document: Value): string[] {
  return list(at(document, "cluster", "extraManifests"))
    .flatMap((each) => text(each) ?? [])
    .filter((url) => MOVING.test(url))
    .map((url) => `${url} is another file every day`);
}

/** Whatever is called an image, however deep; comments are not. */
function imagesIn(document: Value): string[] {
  return textsIn(document).flatMap(({ key, text: value }) => (key === "image" ? [value] : []));
}

function images(all: readonly (string | undefined)[]): string[] {
  return all.flatMap((image) => (image === undefined || isPinned(image) ? [] : [`the image ${image} is another one tomorrow`]));
}

/** What is at the end of an address that can only be one thing. */
const DIGEST = /@sha256:[0-9a-f]{64}$|@sha512:[0-9a-f]{128}$/;

/** Words in tags for what moves, whatever version stands behind them: that is of what it was built on (`stable-alpine3.20`). */
const MOVING_TAG =
  /(?:^|[-._])(?:latest|nightly|daily|edge|main|master|mainline|stable|lts|current|dev|canary|rolling|snapshot)(?:[-._]|$)/i;

/** A day, with or without what separates its parts (`2024-01-15`, `20240115`, `noble-20240115`), or a moment of it. */
const DAY = /(?:^|[-._])(?:19|20)\d{2}([-.]?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?:[-._T]|$)/;

/** A commit: all of it, or its beginning, as images are tagged that are built from one (`sha-1a2b3c4`). */
const COMMIT = /(?:^|-)(?:[0-9a-f]{40}|sha-[0-9a-f]{7,40})$/;

/**
 * A digest, or a tag with a version in it, a day or a commit: `v1.13.9`, `3.2`, `2024-01-15`, not `latest`, `lts-alpine3.20`, `3`, `3-alpine3.20` or
 * `1.30-dev`. A version of three parts is one, whatever its line is called (`2.440.1-lts`).
 */
function isPinned(image: string): boolean {
  if (DIGEST.test(image)) return true;
  const tag = /:([\w.-]+)$/.exec(image)?.[1] ?? "";
  if (/^v?\d+\.\d+\.\d+/.test(tag) || DAY.test(tag) || COMMIT.test(tag)) return true;
  return /\d+\.\d+/.test(tag) && !MOVING_TAG.test(tag) && !/^v?\d+-/.test(tag);
}
