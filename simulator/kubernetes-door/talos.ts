import { definition } from "../chart-door/charts/definition";
import { list, object, text } from "../chart-door/charts/schema";
import type { Definer } from "./operator";

/** The kind by which pods are let in to Talos (internal/app/machined/pkg/controllers/k8s/internal/k8stemplates/crds.go). */
export const TALOS_DEFINITION = definition({
  group: "talos.dev",
  kind: "ServiceAccount",
  scope: "Namespaced",
  versions: ["v1alpha1"],
  fields: { spec: object({ roles: list(text()) }) },
});

/** Talos on control planes that let pods ask it: no pod of its own runs for that. */
export const TALOS: Definer = { labels: {}, defines: [TALOS_DEFINITION] };
