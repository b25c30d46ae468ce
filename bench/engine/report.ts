/** A stack deployed by the real engine, with the times it took in real seconds. */
export interface EngineRow {
  readonly stack: string;
  readonly machines: number;
  /** Datastores that import side by side. */
  readonly queues: number;
  readonly parallel: number;
  readonly previewSeconds: number;
  readonly upSeconds: number;
  /** A second update, which has nothing to do. */
  readonly againSeconds: number;
  /** What no engine could do faster: the datacenter's own lower bound, at its speed. */
  readonly boundSeconds: number;
  readonly created: number;
}

/** A program that declares nothing: the engine's own share of every command. */
export interface Baseline {
  readonly previewSeconds: number;
  readonly upSeconds: number;
}

/** One run of the benchmark with the real engine: also the document of `--json`. */
export interface EngineBench {
  /** Virtual seconds in a real one. */
  readonly speed: number;
  readonly cores: number;
  readonly pulumi: string;
  readonly baseline: Baseline;
  readonly rows: readonly EngineRow[];
}

const HEAD = ["stack", "machines", "queues", "--parallel", "created", "preview s", "up s", "again s", "bound s"];

/** The benchmark as a table. */
export function renderEngineBench({ speed, cores, pulumi, baseline, rows }: EngineBench): string[] {
  const cells = rows.map((row) => [
    row.stack,
    ...[row.machines, row.queues, row.parallel, row.created].map(String),
    ...[row.previewSeconds, row.upSeconds, row.againSeconds, row.boundSeconds].map((seconds) => seconds.toFixed(1)),
  ]);
  const widths = HEAD.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  ");
  const { previewSeconds, upSeconds } = baseline;
  return [
    `Pulumi ${pulumi} on ${cores} cores, against a datacenter that is ${speed} times as fast as a real one`,
    "",
    line(HEAD),
    ...cells.map(line),
    "",
    `the engine alone, with a program that declares nothing: preview ${previewSeconds.toFixed(1)} s, up ${upSeconds.toFixed(1)} s`,
    "bound: what the datacenter itself needs at that speed; the rest of an update is providers that ask again every few seconds",
  ];
}
