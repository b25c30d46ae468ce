import type { ChartSource } from "./chart-source";
import { workload } from "./chart-source";
import { definition, written } from "./definition";

/** Kinds of the operator 1.102.3 by their names in the API; all but the last are in no namespace. */
const KINDS = {
  Connector: "connectors",
  DNSConfig: "dnsconfigs",
  PeerRelay: "peerrelays",
  ProxyClass: "proxyclasses",
  ProxyGroup: "proxygroups",
  Recorder: "recorders",
  Tailnet: "tailnets",
  ProxyGroupPolicy: "proxygrouppolicies",
} as const;

const DEFINITIONS = Object.entries(KINDS)
  .map(([kind, plural]) => {
    const scope = kind === "ProxyGroupPolicy" ? "Namespaced" : "Cluster";
    return written(definition({ group: "tailscale.com", kind, plural, scope, versions: ["v1alpha1"] }));
  })
  .join("---\n");

/** Services in a tailnet. */
export const TAILSCALE_OPERATOR: ChartSource = {
  name: "tailscale-operator",
  description: "Stand-in for the Tailscale operator",
  publisher: "https://pkgs.tailscale.com/helmcharts",
  lines: ["1.102"],
  values: `operatorConfig:
  defaultTags: [tag:k8s-operator]
  hostname: tailscale-operator
  resources: {}
proxyConfig:
  defaultTags: tag:k8s
apiServerProxyConfig:
  mode: "false"
`,
  templates: {
    "crds.yaml": DEFINITIONS,
    "deployment.yaml": workload({
      kind: "Deployment",
      name: "operator",
      labels: { app: "operator" },
      image: "docker.io/tailscale/k8s-operator:v{{ .Chart.AppVersion }}",
      replicas: "1",
      spec: `strategy:
  type: Recreate`,
      pod: `volumes:
  - name: oauth
    secret:
      secretName: operator-oauth`,
      container: `env:
  - name: OPERATOR_HOSTNAME
    value: {{ .Values.operatorConfig.hostname }}
  - name: OPERATOR_INITIAL_TAGS
    value: {{ join "," .Values.operatorConfig.defaultTags }}
  - name: PROXY_TAGS
    value: {{ .Values.proxyConfig.defaultTags }}
  - name: APISERVER_PROXY
    value: {{ .Values.apiServerProxyConfig.mode | quote }}
resources:
  {{- toYaml .Values.operatorConfig.resources | nindent 12 }}
volumeMounts:
  - name: oauth
    mountPath: /oauth
    readOnly: true`,
    }),
    "ingressclass.yaml": `apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: tailscale
spec:
  controller: tailscale.com/ts-ingress
`,
  },
};
