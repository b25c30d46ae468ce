import { z } from "zod";
import { freeMap, integer } from "../fields";
import { byClass, namespace, releaseShape } from "./release";

/** What the planner takes where the stack file says nothing; never more pods than machines. */
export const AUTOSCALING_DEFAULTS = {
  replicas: { homelab: 1, prod: 2 },
  updates: false,
  descheduler: {
    schedule: { homelab: "0 */6 * * *", prod: "*/30 * * * *" },
    evictions: { homelab: 5, prod: 20 },
    balance: true,
    evictLocalStorage: false,
  },
} as const;

const DEFAULTS = AUTOSCALING_DEFAULTS;

function replicas(what: string): z.ZodOptional<z.ZodNumber> {
  return integer(`Pods of ${what}, by default ${byClass(DEFAULTS.replicas)}, at most one on a machine`, 1, 5).optional();
}

/** What pods ask for, by what they use. */
export const verticalPodAutoscaler = z
  .strictObject({
    ...releaseShape("verticalPodAutoscaler", "vertical-pod-autoscaler"),
    namespace: namespace("vpa"),
    replicas: replicas("each of its parts"),
    /** Recommending changes nothing; the other two parts restart pods, databases among them. */
    updates: z
      .boolean()
      .optional()
      .describe(
        `Change pods whose autoscaler asks for it, which may restart them; otherwise it only recommends, by default ${DEFAULTS.updates}: true or false`,
      ),
  })
  .describe("Vertical Pod Autoscaler: requests by use, recommended or set");

const rules = z.array(freeMap("A rule, as prometheus-adapter reads it"));

/** Metrics of applications for Kubernetes' own autoscaler. */
export const prometheusAdapter = z
  .strictObject({
    ...releaseShape("prometheusAdapter", "prometheus-adapter"),
    namespace: namespace("monitoring"),
    replicas: replicas("prometheus-adapter"),
    prometheusUrl: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe(
        "URL of Prometheus with its port, for instance http://10.0.0.5:9090, by default that of addons.kubePrometheusStack",
      ),
    rules: z
      .strictObject({
        default: z.boolean().optional().describe("Offer every metric that has a pod's labels, by default false: true or false"),
        custom: rules.optional().describe("Rules of metrics that belong to objects, by default none"),
        external: rules.optional().describe("Rules of metrics that belong to none, by default none"),
      })
      .prefault({})
      .describe("Which metrics are offered, and under what names"),
  })
  .describe("prometheus-adapter: metrics of Prometheus for autoscalers of pods");

/** Autoscaling by events and schedules. */
export const keda = z
  .strictObject({
    ...releaseShape("keda", "keda"),
    namespace: namespace("keda"),
    replicas: replicas("each of its parts"),
  })
  .describe("KEDA: pods by events, metrics and schedules");

const { descheduler: MOVES } = DEFAULTS;

/** Moves pods from where they should no longer be. */
export const descheduler = z
  .strictObject({
    ...releaseShape("descheduler", "descheduler"),
    namespace: namespace("descheduler"),
    schedule: z
      .string()
      .regex(/^([0-9*,/-]+ ){4}[0-9*,/-]+$/)
      .optional()
      .describe(`When it looks, as cron has it, by default ${byClass(MOVES.schedule)}`),
    evictions: integer(`Pods it evicts at most each time, by default ${byClass(MOVES.evictions)}`, 1, 1000).optional(),
    balance: z
      .boolean()
      .optional()
      .describe(`Move pods from busy machines to idle ones as well, by default ${MOVES.balance}: true or false`),
    evictLocalStorage: z
      .boolean()
      .optional()
      .describe(
        `Evict pods that keep files on their machine, which are lost with them, by default ${MOVES.evictLocalStorage}: true or false`,
      ),
  })
  .describe("descheduler: evicts pods that would be placed elsewhere today");
