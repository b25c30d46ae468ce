import type { ChartSource } from "./chart-source";
import { definition, definitionsTemplate } from "./definition";
import { TEXTS, integer, list, named, object, text } from "./schema";
import type { Schema } from "./schema";

/** Group of the kinds, and where they were approved. */
const GROUP = "gateway.networking.k8s.io";
const APPROVED = "https://github.com/kubernetes-sigs/gateway-api/pull/4530";

const NAME: Schema = { ...text(), minLength: 1, maxLength: 253 };

const LISTENER = object({
  "name!": NAME,
  hostname: NAME,
  "port!": integer(1, 65_535),
  "protocol!": NAME,
  allowedRoutes: object({ namespaces: object({ from: text("All", "Selector", "Same", "None") }) }),
  tls: object({
    mode: text("Terminate", "Passthrough"),
    certificateRefs: list(object({ group: text(), kind: text(), "name!": NAME, namespace: text() }), { maxItems: 64 }),
  }),
});

/** The fields of a Gateway that anybody here writes. */
const GATEWAY = object({
  "gatewayClassName!": NAME,
  infrastructure: object({ annotations: TEXTS, labels: TEXTS }),
  listeners: named(LISTENER, { minItems: 1, maxItems: 64 }),
});

/** Definitions of a bundle; what nobody here makes is whatever it likes. */
export const GATEWAY_API_DEFINITIONS = [
  definition({
    group: GROUP,
    approved: APPROVED,
    kind: "Gateway",
    scope: "Namespaced",
    versions: ["v1"],
    fields: { spec: GATEWAY },
  }),
  definition({
    group: GROUP,
    approved: APPROVED,
    kind: "GatewayClass",
    plural: "gatewayclasses",
    scope: "Cluster",
    versions: ["v1"],
  }),
  ...["GRPCRoute", "HTTPRoute", "TLSRoute", "ReferenceGrant"].map((kind) =>
    definition({ group: GROUP, approved: APPROVED, kind, scope: "Namespaced", versions: ["v1"] }),
  ),
  definition({
    group: GROUP,
    approved: APPROVED,
    kind: "BackendTLSPolicy",
    plural: "backendtlspolicies",
    scope: "Namespaced",
    versions: ["v1"],
  }),
];

/** The kinds of the Gateway API, and nothing that runs. */
export const GATEWAY_API: ChartSource = {
  name: "gateway-api-crds",
  description: "Stand-in for the kinds of the Gateway API",
  publisher: "https://wiremind.github.io/wiremind-helm-charts",
  lines: ["1.6", "1.4", "1.3"],
  values: "{}\n",
  templates: { "crds.yaml": definitionsTemplate(GATEWAY_API_DEFINITIONS) },
};
