import type { ByClass, EnvironmentClass } from "../../config/metadata";
import { valueAt } from "./layers";
import { BASE, Sourced } from "./sourced";

/** Keys of an add-on's settings, those of maps after a dot. */
export type SettingPath<T> = {
  [K in keyof T & string]: NonNullable<T[K]> extends readonly unknown[]
    ? K
    : NonNullable<T[K]> extends object
      ? K | `${K}.${SettingPath<NonNullable<T[K]>>}`
      : K;
}[keyof T & string];

/** What stands at a path of the settings. */
export type SettingAt<T, P extends string> = P extends `${infer K}.${infer Rest}`
  ? K extends keyof T
    ? SettingAt<NonNullable<T[K]>, Rest>
    : never
  : P extends keyof T
    ? NonNullable<T[P]>
    : never;

/** A setting of the stack file, or the default of the layer that decides in its place. */
export interface Setting<T> {
  /** Undefined where the stack file does not say. */
  readonly asked: Sourced<T> | undefined;
  /** @param fallback default for every environment */
  readonly or: (fallback: T) => Sourced<T>;
  /** @param fallbacks default of each class of environments */
  readonly byClass: (fallbacks: ByClass<T>) => Sourced<T>;
}

/** Reads settings by their path below the add-on's key. */
export type Settings<T> = <P extends SettingPath<T>>(path: P) => Setting<SettingAt<T, P>>;

/** @param at path of the add-on in the stack file, for instance `addons.loki` */
export function settingsOf<T>(config: T, at: string, environmentClass: EnvironmentClass): Settings<T> {
  return <P extends SettingPath<T>>(path: P): Setting<SettingAt<T, P>> => {
    const value = valueAt(config, path) as SettingAt<T, P> | undefined;
    const asked = value === undefined ? undefined : new Sourced(value, { layer: "stack", path: `${at}.${path}` });
    return {
      asked,
      or: (fallback) => asked ?? new Sourced(fallback, BASE),
      byClass: (fallbacks) => asked ?? new Sourced(fallbacks[environmentClass], { layer: "overlay", environmentClass }),
    };
  };
}
