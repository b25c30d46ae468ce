import type { NodeUse, Plan } from "../../planner";
import { EXIT, Failure } from "../failure";
import type { ObservationsFile } from "./observations-file";

/** Milliseconds that Prometheus may take for one answer: it gives up by itself after two minutes. */
const TIMEOUT = 30_000;

const BUSY = (window: string): string => `1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[${window}]))`;

/**
 * What is asked of Prometheus: means of an hour, as the project's own alerts on the roadmap have them, but of each node. Sustained is
 * what these alerts call it: the mean of an hour, and that for half an hour.
 */
export const QUERIES: Readonly<Record<keyof NodeUse, string>> = {
  cpuPercent: `100 * (${BUSY("1h")})`,
  sustainedCpuPercent: `100 * min_over_time((${BUSY("1h")})[30m:5m])`,
  memoryPercent: "100 * (1 - avg_over_time(node_memory_MemAvailable_bytes[1h]) / node_memory_MemTotal_bytes)",
};

/** A series with its newest value. */
interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  /** Seconds since 1970, and the value as text. */
  readonly value: readonly [number, string];
}

/** What Prometheus answers. */
interface Answer {
  readonly status?: string;
  readonly error?: string;
  readonly data?: { readonly resultType?: string; readonly result?: readonly Sample[] };
}

/**
 * Asks a Prometheus how busy the machines of a stack are.
 *
 * @param address its URL, for instance `http://localhost:9090`; a path before `/api` stays
 * @returns only what it knows: other machines than the stack's are left out
 * @throws {Failure} `prometheus-unreachable` or `prometheus-refused`, with what it said
 */
export async function measure(
  address: string,
  { machines }: Pick<Plan, "machines">,
  timeout = TIMEOUT,
): Promise<ObservationsFile> {
  const base = baseOf(address);
  const nodes: Record<string, Record<string, number>> = {};
  let newest = 0;
  for (const [key, query] of Object.entries(QUERIES)) {
    for (const { metric, value } of await ask(base, query, timeout)) {
      const name = machineOf(metric["instance"] ?? "", machines);
      const percent = Number(value[1]);
      if (name === undefined || !Number.isFinite(percent)) continue;
      newest = Math.max(newest, value[0]);
      // Counters of idle time may run a little ahead of the clock.
      nodes[name] = { ...nodes[name], [key]: Math.min(100, Math.max(0, percent)) };
    }
  }
  return { ...(newest > 0 ? { measuredAt: new Date(newest * 1000).toISOString() } : {}), nodes, operations: {} };
}

/** An instance is an address, or a name, with the exporter's port. */
function machineOf(instance: string, machines: Plan["machines"]): string | undefined {
  const host = instance.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
  return machines.find(({ name, address, addresses }) => [name, address, ...addresses.map((each) => each.address)].includes(host))
    ?.name;
}

function baseOf(address: string): string {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw new Failure("usage", "--prometheus is no URL, which is for instance http://localhost:9090", EXIT.usage);
  }
  if (!/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "")
    throw new Failure("usage", "--prometheus takes an http or https URL without user and password", EXIT.usage);
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

async function ask(base: string, query: string, timeout: number): Promise<readonly Sample[]> {
  let status: number;
  let text: string;
  try {
    const response = await fetch(`${base}/api/v1/query`, {
      method: "POST",
      body: new URLSearchParams({ query }),
      signal: AbortSignal.timeout(timeout),
    });
    [status, text] = [response.status, await response.text()];
  } catch (error) {
    throw new Failure("prometheus-unreachable", `${base} does not answer: ${reasonOf(error, timeout)}`, EXIT.failed);
  }
  const answer = parsed(text);
  const result = answer?.data?.result;
  if (answer?.status === "success" && answer.data?.resultType === "vector" && Array.isArray(result))
    return result as readonly Sample[];
  const said = answer?.error ?? "what it says is no answer of a Prometheus";
  throw new Failure("prometheus-refused", `${base} answers ${status}: ${said}`, EXIT.failed);
}

function reasonOf(error: unknown, timeout: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `nothing within ${timeout / 1000} s`;
  return error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
}

function parsed(text: string): Answer | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" ? value : undefined;
  } catch {
    return undefined;
  }
}
