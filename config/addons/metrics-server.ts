import { z } from "zod";
import { integer } from "../fields";
import { byClass, namespace, releaseShape } from "./release";

/** What the planner takes where the stack file says nothing; never more pods than machines. */
export const METRICS_SERVER_DEFAULTS = { replicas: { homelab: 1, prod: 2 } } as const;

/** What `kubectl top` and autoscalers ask. */
export const metricsServer = z
  .strictObject({
    ...releaseShape("metricsServer", "metrics-server"),
    /** Kubernetes' own programs live there, and autoscalers expect it there. */
    namespace: namespace("kube-system"),
    replicas: integer(`Pods of metrics-server, by default ${byClass(METRICS_SERVER_DEFAULTS.replicas)}`, 1, 5).optional(),
  })
  .describe("metrics-server: current use of processors and memory, for autoscalers and kubectl top");
