import type { Operator } from "./operator";

const GROUP = "fluxcd.controlplane.io";

/**
 * The Flux operator 0.49 (api/v1/common_types.go, internal/controller): others see it by the finalizer it puts on a FluxInstance, and
 * takes off once what it made of it is gone. The controllers that it makes are left out: nothing here reads from a repository.
 */
export const FLUX_OPERATOR: Operator = {
  group: GROUP,
  finalizer: `${GROUP}/finalizer`,
  labels: { "app.kubernetes.io/name": "flux-operator" },
  holds: true,
};
