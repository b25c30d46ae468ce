import type { StateResource } from "../workspace";
import type { Style } from "./style";
import { table } from "./table";
import { count } from "./text";

/** What a destruction would take away: the machines, what is protected, how much else there is. */
export interface Destruction {
  readonly stack: string;
  readonly clusterName: string;
  readonly resources: readonly StateResource[];
}

/** What would be destroyed and the one command that does it. */
export function renderDestruction(destruction: Destruction, { glyphs, colors, safe }: Style): string[] {
  const { stack, clusterName, resources } = destruction;
  const machines = machinesOf(resources);
  const kept = resources.filter(({ protect }) => protect);
  return [
    colors.bold(safe(`${stack} ${glyphs.dot} TalosCluster ${clusterName} ${glyphs.dot} ${count(resources.length, "resource")}`)),
    "",
    ...section(
      `${count(machines.length, "machine")} with all data on ${machines.length === 1 ? "its disks" : "their disks"}`,
      machines.map(({ name, inputs }) => [name, `VM ${text(inputs["vmId"])}`, text(inputs["nodeName"])]),
      safe,
    ),
    ...section(
      `${count(kept.length, "protected resource")}, which a plain pulumi destroy refuses`,
      kept.map(({ type, name }) => [type.split(":").at(-1) ?? type, name]),
      safe,
    ),
    `nothing is destroyed yet ${glyphs.dot} nothing brings any of it back afterwards ${glyphs.dot} to destroy it:`,
    `  ${safe(destroyCommand(destruction))}`,
  ];
}

/** The command that consents. */
export function destroyCommand({ stack, clusterName }: Omit<Destruction, "resources">): string {
  return `npx lab destroy ${stack} --consent ${clusterName}`;
}

/** The VMs among resources, by id. */
export function machinesOf(resources: readonly StateResource[]): StateResource[] {
  return resources
    .filter(({ type }) => /^proxmoxve:.*:Vm(Legacy)?$/.test(type))
    .sort((a, b) => Number(a.inputs["vmId"]) - Number(b.inputs["vmId"]));
}

function section(title: string, rows: readonly (readonly string[])[], safe: Style["safe"]): string[] {
  const columns = (rows[0] ?? []).map(() => ({ title: "" }));
  const lines = table(
    columns,
    rows.map((row) => row.map(safe)),
  );
  return rows.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`), ""];
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
