import { z } from "zod";
import { namespace, releaseShape } from "./release";

/** What the planner takes where the stack file says nothing. */
export const ALLOY_DEFAULTS = { machineLogs: true, otlp: true } as const;

/** What collects logs, traces and metrics. */
export const alloy = z
  .strictObject({
    ...releaseShape("alloy", "alloy"),
    namespace: namespace("monitoring"),
    machineLogs: z
      .boolean()
      .optional()
      .describe(`Collect what Talos and the kernel log, by default ${ALLOY_DEFAULTS.machineLogs}: true or false`),
    otlp: z
      .boolean()
      .optional()
      .describe(
        `Receive OpenTelemetry traces, metrics and logs on ports 4317 (gRPC) and 4318 (HTTP), by default ${ALLOY_DEFAULTS.otlp}: true or false`,
      ),
  })
  .describe("Grafana Alloy: collects logs, traces and metrics on every machine and hands them to Loki, Tempo and Prometheus");
