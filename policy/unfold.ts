import { documentsOf } from "./machines";
import type { DeclaredResource } from "./policy";
import { TYPES } from "./types";
import { at, list, map, text } from "./values";
import type { Value, Values } from "./values";

/** Texts and objects of manifests that Pulumi makes resources of, or its provider. */
const MANIFESTS = /^kubernetes:yaml(?:\/v\d+)?:Config(?:File|Group)$/;

/** Words by which a machine configuration has manifests in it: reading a whole one takes a while. */
const WITH_MANIFESTS = /inlineManifests|\bpods\b/;

/**
 * A resource and whatever objects of Kubernetes are in it: those of a list (`PodList`, `List`) in place of the list, those of manifests, and
 * those that Talos is told to make (`inlineManifests`, static pods) beside it. They have its URN, for the engine knows no other.
 */
export function unfolded(resource: DeclaredResource): readonly DeclaredResource[] {
  const { type, properties } = resource;
  if (isList(type, properties)) return list(properties["items"]).flatMap((each) => objectsOf(resource, each, type));
  if (MANIFESTS.test(type)) return [resource, ...manifestsOf(properties).flatMap((each) => objectsOf(resource, each))];
  if (type === TYPES.configuration) return [resource, ...ofMachine(properties).flatMap((each) => objectsOf(resource, each))];
  return [resource];
}

function isList(type: string, properties: Values): boolean {
  return type.startsWith("kubernetes:") && type.endsWith("List") && Array.isArray(properties["items"]);
}

/** An object as the resource that it would be by itself; what has no kind is none. */
function objectsOf(resource: DeclaredResource, object: Value, listType?: string): readonly DeclaredResource[] {
  const properties = map(object);
  const [version, kind] = [text(properties["apiVersion"]), text(properties["kind"])];
  // Entries of a list of one kind need not say which.
  const type = version !== undefined && kind !== undefined ? tokenOf(version, kind) : listType?.replace(/List$/, "");
  if (type === undefined) return [];
  return unfolded({ ...resource, type, name: text(at(properties, "metadata", "name")) ?? resource.name, properties });
}

/** For instance `kubernetes:core/v1:Pod`. */
function tokenOf(version: string, kind: string): string {
  return `kubernetes:${version.includes("/") ? version : `core/${version}`}:${kind}`;
}

function manifestsOf(properties: Values): readonly Value[] {
  const texts = [properties["yaml"] ?? null].flatMap((each) => (Array.isArray(each) ? list(each) : [each]));
  return [...list(properties["objs"]), ...texts.flatMap((each) => documentsOf(text(each) ?? ""))];
}

function ofMachine(properties: Values): readonly Value[] {
  return [...list(properties["configPatches"]), properties["machineConfigurationInput"] ?? null]
    .flatMap((each) => text(each) ?? [])
    .filter((each) => WITH_MANIFESTS.test(each))
    .flatMap(documentsOf)
    .flatMap((document) => [
      ...list(at(document, "machine", "pods")),
      ...list(at(document, "cluster", "inlineManifests")).flatMap((each) => documentsOf(text(at(each, "contents")) ?? "")),
    ]);
}
