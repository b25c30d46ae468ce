import type { EnvironmentClass } from "../../config/metadata";

/** Layers of an add-on's values, each over those before it. */
export const LAYERS = ["base", "overlay", "stack"] as const;

/** One of {@link LAYERS}. */
export type Layer = (typeof LAYERS)[number];

/** Where a value comes from. */
export type Origin =
  | { readonly layer: "base" }
  | { readonly layer: "overlay"; readonly environmentClass: EnvironmentClass }
  /** `path`: in the stack file, for instance `addons.loki.retentionDays`. */
  | { readonly layer: "stack"; readonly path: string };

/** What the platform needs, whatever the environment. */
export const BASE: Origin = { layer: "base" };

/** A value that knows the layer it was decided in: it takes its place there, whatever layer it is written in. */
export class Sourced<T> {
  constructor(
    public readonly value: T,
    public readonly origin: Origin,
  ) {}

  /** What follows from it has the same origin. */
  public as<U>(derive: (value: T) => U): Sourced<U> {
    return new Sourced(derive(this.value), this.origin);
  }
}

/** Says an origin: `base`, `overlay prod`, `stack addons.loki.retentionDays`. */
export function originText(origin: Origin): string {
  if (origin.layer === "base") return origin.layer;
  return `${origin.layer} ${origin.layer === "overlay" ? origin.environmentClass : origin.path}`;
}

/** The later of two layers. */
export function later(one: Origin, other: Origin): Origin {
  return LAYERS.indexOf(other.layer) > LAYERS.indexOf(one.layer) ? other : one;
}
