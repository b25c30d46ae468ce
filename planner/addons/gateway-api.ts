import type { UnplacedProblem } from "../../config/problem";
import { problem } from "../../config/problem";
import type { Site } from "../site";
import type { AddonDefinition, ResourceKind } from "./definition";

/**
 * Bundles that Cilium's operator starts with, by line: it looks once for the kinds it answers for, each in one version
 * (requiredGVKs of operator/pkg/gateway-api). 1.20 wants all seven in v1, 1.18 and 1.19 TLSRoute in v1alpha2 and ReferenceGrant in v1beta1.
 */
const BUNDLES: Readonly<Record<string, string>> = { "1.20": "1.6", "1.19": "1.4", "1.18": "1.3" };

/** Definitions and nothing that runs: they come before the network, for Cilium's operator never looks a second time. */
export const gatewayApi: AddonDefinition<"gatewayApi"> = {
  key: "gatewayApi",
  // What a bundle of the Gateway API's experimental channel holds, under the bundle's version; Traefik's own chart of it has ended.
  chart: "gateway-api-crds",
  publisher: "https://wiremind.github.io/wiremind-helm-charts",
  podSecurity: "baseline",
  brings: {
    by: "release",
    kinds: { Gateway: kind("gateways", "Namespaced"), HTTPRoute: kind("httproutes", "Namespaced") },
  },
  needs: [],
  judge: judgeBundle,
  plan: () => ({ base: {}, overlays: { homelab: {}, prod: {} }, facts: {} }),
};

function kind(plural: string, scope: ResourceKind["scope"]): ResourceKind {
  return { apiVersion: "gateway.networking.k8s.io/v1", plural, scope };
}

/** A bundle with which Cilium's operator switches the Gateway API off. */
function judgeBundle({ addons: { cilium, gatewayApi: config } }: Site): UnplacedProblem[] {
  if (!config || !cilium.enabled || !cilium.gateway) return [];
  const line = cilium.version.split(".").slice(0, 2).join(".");
  const bundle = BUNDLES[line];
  if (bundle === undefined || config.version.startsWith(`${bundle}.`)) return [];
  return [
    problem(
      "addons.gatewayApi.version",
      config.version,
      `Cilium ${line} looks for the kinds of Gateway API ${bundle} when it starts, and answers for no Gateway without them`,
      `${bundle}.x, with Cilium ${line}`,
      `take a version ${bundle}.x, or the Cilium that goes with this one`,
    ),
  ];
}
