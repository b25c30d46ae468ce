import { createHash } from "node:crypto";
import type { Process } from "../clock/clock";
import type { Datacenter } from "./datacenter";

/** Id of a schematic: the same text always has the same. */
export function schematicId(schematic: string): string {
  return createHash("sha256").update(schematic).digest("hex");
}

/** The factory remembers what each id stands for: images and installers name the id alone. */
export function* registerSchematic(dc: Datacenter, schematic: string): Process {
  yield* dc.spend("imageSchematic", "factory");
  const extensions = [...schematic.matchAll(/^\s*- ([a-z0-9-]+\/[a-z0-9-]+)$/gm)].map(([, name = ""]) => name);
  dc.state.schematics[schematicId(schematic)] = extensions;
}
