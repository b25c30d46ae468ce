import { z } from "zod";
import { alloy } from "./addons/alloy";
import { cilium } from "./addons/cilium";
import { kubePrometheusStack } from "./addons/kube-prometheus-stack";
import { loki } from "./addons/loki";
import { longhorn } from "./addons/longhorn";
import { repository } from "./addons/release";
import { tempo } from "./addons/tempo";

/** Helm releases the stack owns, one line for each; those that are not named are not there, but for Cilium. */
export const addons = z
  .strictObject({
    mirror: repository("Repository that has all charts, by default each chart's own").optional(),
    cilium,
    longhorn: longhorn.optional(),
    kubePrometheusStack: kubePrometheusStack.optional(),
    loki: loki.optional(),
    tempo: tempo.optional(),
    alloy: alloy.optional(),
  })
  .prefault({})
  .describe("Add-ons");
