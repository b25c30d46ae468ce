import { AUTOSCALING_DEFAULTS as DEFAULTS } from "../../config/addons/autoscaling";
import type { AddonContext, AddonDefinition } from "./definition";
import { unlessEnabled } from "./idle";
import type { Values } from "./layers";

type Context = AddonContext<"verticalPodAutoscaler">;

/** Parts of the chart that change pods, the recommender beside them. */
const CHANGING = ["admissionController", "updater"] as const;
const PARTS = [...CHANGING, "recommender"] as const;

/** What each pod asks for: assumed; the chart says nothing. */
const REQUESTS = { homelab: { cpu: "25m", memory: "64Mi" }, prod: { cpu: "50m", memory: "500Mi" } } as const;

/** Requests of pods by their use. */
export const verticalPodAutoscaler: AddonDefinition<"verticalPodAutoscaler"> = {
  key: "verticalPodAutoscaler",
  chart: "vertical-pod-autoscaler",
  publisher: "https://kubernetes.github.io/autoscaler",
  podSecurity: "baseline",
  needs: ["network", "metricsServer"],
  plan: (context) => ({
    base: base(context),
    overlays: {
      homelab: everywhere(context, { resources: { requests: REQUESTS.homelab } }),
      prod: everywhere(context, { resources: { requests: REQUESTS.prod } }),
    },
    idle: PARTS.flatMap((part) => [
      unlessEnabled(part),
      { at: `${part}.podDisruptionBudget`, except: `${part}.podDisruptionBudget.enabled`, while: off(part) },
    ]),
    facts: {},
  }),
};

/** The chart has two of each and a budget for them; a budget for a single pod would let no machine be drained. */
function base(context: Context): Values {
  const { setting, spread } = context;
  const updates = setting("updates").or(DEFAULTS.updates);
  const { homelab, prod } = DEFAULTS.replicas;
  const replicas = setting("replicas").byClass({ homelab, prod: spread.upTo(prod) });
  const parts = everywhere(context, {
    replicas,
    podDisruptionBudget: { enabled: replicas.as((count) => count > 1) },
  });
  return {
    ...parts,
    ...Object.fromEntries(CHANGING.map((part) => [part, { ...(parts[part] as Values | undefined), enabled: updates }])),
  };
}

/** The same for every part that is on. */
function everywhere({ setting }: Context, values: Values): Values {
  const { value } = setting("updates").or(DEFAULTS.updates);
  return Object.fromEntries((value ? PARTS : (["recommender"] as const)).map((part) => [part, values]));
}

function off(part: string): { readonly path: string; readonly is: boolean } {
  return { path: `${part}.podDisruptionBudget.enabled`, is: false };
}
