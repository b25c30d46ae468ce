import type { ChartSource } from "./chart-source";
import { workload } from "./chart-source";

const VALUES = `cluster:
  name: default
ipam:
  mode: cluster-pool
kubeProxyReplacement: "false"
k8sServiceHost: ""
k8sServicePort: ""
ipv4:
  enabled: true
ipv6:
  enabled: false
tolerations:
  - operator: Exists
operator:
  enabled: true
  replicas: 2
  hostNetwork: true
  tolerations:
    - key: node-role.kubernetes.io/control-plane
      operator: Exists
    - key: node-role.kubernetes.io/master
      operator: Exists
    - key: node.kubernetes.io/not-ready
      operator: Exists
    - key: node.cloudprovider.kubernetes.io/uninitialized
      operator: Exists
gatewayAPI:
  enabled: false
  gatewayClass:
    create: auto
hubble:
  relay:
    enabled: false
    replicas: 1
    tolerations: []
  ui:
    enabled: false
    replicas: 1
    tolerations: []
`;

const AGENT = workload({
  kind: "DaemonSet",
  name: "cilium",
  labels: { "k8s-app": "cilium" },
  image: "quay.io/cilium/cilium:v{{ .Chart.AppVersion }}",
  spec: `updateStrategy:
  type: RollingUpdate
  rollingUpdate:
    maxUnavailable: 2`,
  // On the machine's own network, wherever: there is no other before it runs, and no machine is ready.
  pod: `hostNetwork: true
priorityClassName: system-node-critical
tolerations:
  {{- toYaml .Values.tolerations | nindent 8 }}
volumes:
  - name: cni
    hostPath:
      path: /etc/cni/net.d
      type: DirectoryOrCreate`,
  container: `securityContext:
  capabilities:
    add: [NET_ADMIN, SYS_ADMIN]
volumeMounts:
  - name: cni
    mountPath: /host/etc/cni/net.d`,
});

// Made whether the API knows its kind or not when the chart is told so, as the real one does.
const GATEWAY_CLASS = `{{- if and .Values.gatewayAPI.enabled .Values.gatewayAPI.gatewayClass.create }}
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata:
  name: cilium
spec:
  controllerName: io.cilium/gateway-controller
{{- end }}
`;

const OPERATOR = workload({
  kind: "Deployment",
  name: "cilium-operator",
  labels: { name: "cilium-operator", "io.cilium/app": "operator" },
  image: "quay.io/cilium/operator-generic:v{{ .Chart.AppVersion }}",
  replicas: "{{ .Values.operator.replicas }}",
  when: ".Values.operator.enabled",
  // Two operators never share a machine: a single one must go before the next may come.
  spec: `strategy:
  type: RollingUpdate
  rollingUpdate:
    maxSurge: 25%
    maxUnavailable: {{ eq (int .Values.operator.replicas) 1 | ternary "100%" "50%" }}`,
  // Cilium's own taint is always tolerated, whatever the values say.
  pod: `hostNetwork: {{ .Values.operator.hostNetwork }}
priorityClassName: system-cluster-critical
tolerations:
  - key: node.cilium.io/agent-not-ready
    operator: Exists
  {{- with .Values.operator.tolerations }}
  {{- toYaml . | nindent 8 }}
  {{- end }}
affinity:
  podAntiAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      - topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels:
            io.cilium/app: operator`,
});

/** One of Hubble's two parts: pods like any other, which need the network they watch. */
const hubble = (part: "relay" | "ui", when: string): string =>
  workload({
    kind: "Deployment",
    name: `hubble-${part}`,
    labels: { "k8s-app": `hubble-${part}` },
    image: `quay.io/cilium/hubble-${part}:v{{ .Chart.AppVersion }}`,
    replicas: `{{ .Values.hubble.${part}.replicas }}`,
    when,
    pod: `tolerations:
  {{- toYaml .Values.hubble.${part}.tolerations | nindent 8 }}`,
  });

/** The cluster's network. */
export const CILIUM: ChartSource = {
  name: "cilium",
  description: "Stand-in for Cilium",
  publisher: "https://helm.cilium.io",
  kubeVersion: ">= 1.21.0-0",
  lines: ["1.20", "1.19", "1.18"],
  values: VALUES,
  templates: {
    "cilium-agent.yaml": AGENT,
    "cilium-operator.yaml": OPERATOR,
    "cilium-gateway-api-class.yaml": GATEWAY_CLASS,
    "hubble-relay.yaml": hubble("relay", ".Values.hubble.relay.enabled"),
    "hubble-ui.yaml": hubble("ui", ".Values.hubble.ui.enabled"),
  },
};
