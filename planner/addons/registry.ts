import type { AddonKey } from "../plan";
import { alloy } from "./alloy";
import { cilium } from "./cilium";
import type { AddonDefinition } from "./definition";
import { kubePrometheusStack } from "./kube-prometheus-stack";
import { loki } from "./loki";
import { longhorn } from "./longhorn";
import { tempo } from "./tempo";

/** Every add-on there is, by its key in the stack file: one line each. The type says when one is missing. */
export const ADDONS: { readonly [K in AddonKey]: AddonDefinition<K> } = {
  alloy,
  cilium,
  kubePrometheusStack,
  loki,
  longhorn,
  tempo,
};

/** The same as a list, for whoever asks nothing that only one of them knows. */
export const ALL_ADDONS = Object.values(ADDONS) as readonly AddonDefinition[];
