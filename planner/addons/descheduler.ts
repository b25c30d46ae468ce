import { AUTOSCALING_DEFAULTS } from "../../config/addons/autoscaling";
import type { AddonContext, AddonDefinition } from "./definition";
import type { LeafValue, Values } from "./layers";
import { BASE, Sourced } from "./sourced";
import type { Origin } from "./sourced";

type Context = AddonContext<"descheduler">;

const DEFAULTS = AUTOSCALING_DEFAULTS.descheduler;

/** What its pod asks for: half of the chart's own in a lab; assumed. */
const LAB_RESOURCES = { requests: { cpu: "50m", memory: "128Mi" } } as const;

/** Machines below all of the first figures are idle, above any of the second busy; in percent, as in the chart's values.yaml. */
const IDLE = { cpu: 20, memory: 20, pods: 20 };
const BUSY = { cpu: 50, memory: 50, pods: 50 };

/** Pods that would be placed elsewhere today are evicted, and placed again. */
export const descheduler: AddonDefinition<"descheduler"> = {
  key: "descheduler",
  chart: "descheduler",
  publisher: "https://kubernetes-sigs.github.io/descheduler",
  podSecurity: "baseline",
  needs: ["network"],
  plan: (context) => ({
    base: base(context),
    overlays: { homelab: { resources: LAB_RESOURCES }, prod: {} },
    idle: [
      // Of a Deployment, which this is not.
      ...["replicas", "leaderElection", "podDisruptionBudget", "deschedulingInterval"].map((at) => ({
        at,
        while: { path: "kind", is: "CronJob" },
      })),
    ],
    facts: {},
  }),
};

function base({ setting }: Context): Values {
  const evictions = setting("evictions").byClass(DEFAULTS.evictions);
  const balance = setting("balance").or(DEFAULTS.balance);
  const local = setting("evictLocalStorage").or(DEFAULTS.evictLocalStorage);
  return {
    kind: "CronJob",
    schedule: setting("schedule").byClass(DEFAULTS.schedule),
    deschedulerPolicy: { maxNoOfPodsToEvictTotal: evictions, profiles: profiles(balance, local) },
  };
}

/** A list is taken whole: its origin is that of whichever setting was asked for, if one was. */
function profiles(balance: Sourced<boolean>, local: Sourced<boolean>): Sourced<LeafValue> {
  const origin: Origin = [balance, local].find((each) => each.origin.layer === "stack")?.origin ?? BASE;
  return new Sourced<LeafValue>(
    [
      {
        name: "default",
        pluginConfig: [
          {
            name: "DefaultEvictor",
            args: {
              // A pod only goes where another machine has room for it.
              nodeFit: true,
              podProtections: {
                // Volumes follow their pods, but databases behind them start anew.
                extraEnabled: ["PodsWithPVC"],
                ...(local.value ? { defaultDisabled: ["PodsWithLocalStorage"] } : {}),
              },
            },
          },
          {
            name: "RemovePodsViolatingNodeAffinity",
            args: { nodeAffinityType: ["requiredDuringSchedulingIgnoredDuringExecution"] },
          },
          ...(balance.value ? [{ name: "LowNodeUtilization", args: { thresholds: IDLE, targetThresholds: BUSY } }] : []),
        ],
        plugins: {
          balance: {
            enabled: [
              "RemoveDuplicates",
              "RemovePodsViolatingTopologySpreadConstraint",
              ...(balance.value ? ["LowNodeUtilization"] : []),
            ],
          },
          deschedule: {
            enabled: [
              "RemovePodsViolatingInterPodAntiAffinity",
              "RemovePodsViolatingNodeAffinity",
              "RemovePodsViolatingNodeTaints",
            ],
          },
        },
      },
    ],
    origin,
  );
}
