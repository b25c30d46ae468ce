/** How busy one node was, in percent. Whatever is missing is not known. */
export interface NodeUse {
  /** Mean of the last hour. */
  readonly cpuPercent?: number;
  /** The least that the mean of an hour was in the last half hour: what stays above a figure that long is no peak. */
  readonly sustainedCpuPercent?: number;
  /** Mean of the last hour. */
  readonly memoryPercent?: number;
}

/** What only people know. Whatever is missing is not known. */
export interface Operations {
  /** Incidents so far that needed more than logs to be understood. */
  readonly incidents?: number;
  /** Whether logs are enough to find out what is wrong. */
  readonly logsSuffice?: boolean;
  /** Whether work waits for resources. */
  readonly workBlocked?: boolean;
  /** Share of the team's time that goes to operations. */
  readonly teamTimePercent?: number;
  /** People who look after it. */
  readonly teamSize?: number;
}

/** What was seen of a running stack. */
export interface Observations {
  /** By name of the machine. */
  readonly nodes: Readonly<Record<string, NodeUse>>;
  readonly operations: Operations;
}

/** The busiest node by one figure, and the nodes that nothing is known of. */
export interface Busiest {
  readonly node: string | null;
  readonly percent: number | null;
  readonly missing: readonly string[];
}

/** Looks for the busiest of the machines. */
export function busiest(machines: readonly string[], nodes: Observations["nodes"], key: keyof NodeUse): Busiest {
  const known = machines.flatMap((node) => {
    const percent = nodes[node]?.[key];
    return percent === undefined ? [] : [{ node, percent }];
  });
  const [first] = [...known].sort((a, b) => b.percent - a.percent);
  const missing = machines.filter((name) => !known.some(({ node }) => node === name));
  return { node: first?.node ?? null, percent: first?.percent ?? null, missing };
}
