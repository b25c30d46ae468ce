import { CILIUM_DEFINITIONS } from "../chart-door/charts/cilium-definitions";
import type { Balancer, Definer } from "./operator";

/** Cilium's operator: others see it by the kinds it defines when it starts (operator/pkg/…/apis/crd.go), which it never deletes. */
export const CILIUM_OPERATOR: Definer = { labels: { "io.cilium/app": "operator" }, defines: CILIUM_DEFINITIONS };

/** The same one, as it hands out addresses of pools and makes Services for Gateways (operator/pkg/lbipam, operator/pkg/gateway-api). */
export const CILIUM_BALANCER: Balancer = { labels: { "io.cilium/app": "operator" }, balances: true };
