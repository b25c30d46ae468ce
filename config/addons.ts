import { z } from "zod";
import { cilium } from "./addons/cilium";
import { longhorn } from "./addons/longhorn";
import { kubePrometheusStack, loki, tempo } from "./addons/monitoring";
import { repository } from "./addons/release";

/** Helm releases the stack owns; those that are not named are not there, but for Cilium. */
export const addons = z
  .strictObject({
    mirror: repository("Repository that has all charts, by default each chart's own").optional(),
    cilium,
    longhorn: longhorn.optional(),
    kubePrometheusStack: kubePrometheusStack.optional(),
    loki: loki.optional(),
    tempo: tempo.optional(),
  })
  .prefault({})
  .describe("Add-ons");
