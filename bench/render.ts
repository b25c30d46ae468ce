import type { Bench, ParallelRow } from "./report";

const HEAD = ["command", "machines", "hosts", "wall s", "work s", "ms/machine", "MiB", "program MiB", "runs"];

/** The benchmark as a table, growth and budgets below it. */
export function renderBench({ rows, growth, parallel, budgets }: Bench): string[] {
  const cells = rows.map((row) => [
    row.command,
    String(row.machines),
    String(row.hosts),
    row.seconds.toFixed(2),
    row.workSeconds.toFixed(2),
    row.millisecondsPerMachine.toFixed(2),
    row.memoryMiB.toFixed(0),
    row.programMiB === 0 ? "-" : row.programMiB.toFixed(0),
    String(row.runs),
  ]);
  const widths = HEAD.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  ");
  return [
    line(HEAD),
    ...cells.map(line),
    "",
    "simulated seconds of a deployment by operations at once (* is the plan's own choice)",
    ...renderParallel(parallel),
    "",
    ...growth.map(({ command, exponent }) => `${command} grows with the ${exponent.toFixed(2)}th power of the machines`),
    ...budgets.map(
      ({ what, limit, measured, kept }) => `${kept ? "kept" : "BROKEN"}: ${what} ${measured.toFixed(2)}, allowed below ${limit}`,
    ),
  ];
}

function renderParallel(rows: readonly ParallelRow[]): string[] {
  const sizes = [...new Set(rows.map(({ machines, hosts }) => `${machines} machines on ${hosts} hosts`))];
  return sizes.map((size) => {
    const own = rows.filter(({ machines, hosts }) => `${machines} machines on ${hosts} hosts` === size);
    const cells = own.map(({ parallel, isChosen, makespanSeconds, failure }) => {
      return `${parallel}${isChosen ? "*" : ""}: ${failure ?? makespanSeconds.toFixed(0)}`;
    });
    return `${size.padEnd(26)}${cells.join("  ")}`;
  });
}
