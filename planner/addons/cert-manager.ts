import { CERT_MANAGER_DEFAULTS as DEFAULTS } from "../../config/addons/cert-manager";
import { inUrl } from "../addresses";
import { answeringGateway } from "./acme";
import type { AddonContext, AddonDefinition, ResourceKind } from "./definition";
import { unlessEnabled } from "./idle";
import { issuerResources, judgeIssuers, solverSecrets } from "./issuers";
import type { Values } from "./layers";
import type { Sourced } from "./sourced";

type Context = AddonContext<"certManager">;

/** What pods of each part ask for: assumed. */
const REQUESTS = { homelab: { cpu: "10m", memory: "64Mi" }, prod: { cpu: "50m", memory: "128Mi" } } as const;

/** Its parts by the key of their values, the controller's being at the top, and the labels the chart gives them. */
const PARTS = {
  controller: { name: "cert-manager", component: "controller" },
  webhook: { name: "webhook", component: "webhook" },
  cainjector: { name: "cainjector", component: "cainjector" },
} as const;

/** Certificates. */
export const certManager: AddonDefinition<"certManager"> = {
  key: "certManager",
  chart: "cert-manager",
  publisher: "oci://quay.io/jetstack/charts",
  podSecurity: "baseline",
  brings: {
    by: "release",
    kinds: {
      Certificate: kind("certificates", "Namespaced"),
      ClusterIssuer: kind("clusterissuers", "Cluster"),
      Issuer: kind("issuers", "Namespaced"),
    },
  },
  // It asks the API for the kinds of the Gateway API when it starts.
  needs: ["network", "gatewayApi"],
  metrics: { service: "cert-manager", port: 9402 },
  reads: solverSecrets,
  judge: judgeIssuers,
  plan: (context) => ({
    base: base(context),
    overlays: { homelab: parts(() => ({ resources: { requests: REQUESTS.homelab } })), prod: prod(context) },
    resources: issuerResources(context),
    idle: [
      unlessEnabled("cainjector"),
      unlessEnabled("prometheus"),
      unlessEnabled("startupapicheck"),
      // A budget that keeps the only pod where it is lets no machine be drained.
      ...["", "webhook.", "cainjector."].map((at) => ({
        at: `${at}podDisruptionBudget`,
        while: { path: `${at}replicaCount`, is: 1 },
      })),
    ],
    facts: {},
  }),
};

function kind(plural: string, scope: ResourceKind["scope"]): ResourceKind {
  return { apiVersion: "cert-manager.io/v1", plural, scope };
}

/** The kinds of objects come with the release, and the chart keeps them when it goes: certificates would go along. */
function base(context: Context): Values {
  const nameservers = context.setting("nameservers").asked;
  return {
    crds: { enabled: true },
    ...(answersByRoutes(context) ? { config: { gatewayAPI: { enabled: true } } } : {}),
    ...parts(() => ({ replicaCount: replicas(context) })),
    ...(nameservers
      ? {
          dns01RecursiveNameservers: nameservers.as((all) => all.map((each) => `${inUrl(each)}:53`).join(",")),
          dns01RecursiveNameserversOnly: nameservers.as(() => true),
        }
      : {}),
  };
}

/** Whether an issuer has its answer on port 80 given by a route at the stack's Gateway. */
function answersByRoutes({ site, config }: Context): boolean {
  return Object.values(config.issuers).some(({ acme }) => acme?.http01 && answeringGateway(acme.http01, site) !== undefined);
}

function prod(context: Context): Values {
  const several = replicas(context).value > 1;
  return parts(({ name, component }) => ({
    resources: { requests: REQUESTS.prod },
    topologySpreadConstraints: context.spread.constraints({
      "app.kubernetes.io/component": component,
      "app.kubernetes.io/instance": "cert-manager",
      "app.kubernetes.io/name": name,
    }),
    ...(several ? { podDisruptionBudget: { enabled: true } } : {}),
  }));
}

function parts(valuesOf: (part: (typeof PARTS)[keyof typeof PARTS]) => Values): Values {
  const { controller, webhook, cainjector } = PARTS;
  return { ...valuesOf(controller), webhook: valuesOf(webhook), cainjector: valuesOf(cainjector) };
}

function replicas({ setting, spread }: Context): Sourced<number> {
  const { homelab, prod: several } = DEFAULTS.replicas;
  return setting("replicas").byClass({ homelab, prod: spread.upTo(several) });
}
