import type { AddonKey } from "../../planner/plan";

/** Updates of what is not the add-on's own, as `Type name`, and why they cannot be spared. */
export type Consequences = Readonly<Record<string, string>>;

/** Prometheus is told where its metrics are, and of the rules that go by them. */
const SCRAPED: Consequences = { "Release kube-prometheus-stack": "scrapes it, and has the rules that go by its metrics" };

/** Kubelets ask the cluster for certificates. */
const KUBELETS_ASK: Consequences = { "ConfigurationApply ": "has its kubelet ask for a certificate" };

/** Nodes say which VMs they are. */
const NODES_ARE_VMS: Consequences = { "ConfigurationApply ": "tells its node which VM it is" };

/** What turning an add-on on or off changes of others that are on, each way the same. Whatever is not here must not change. */
export const CONSEQUENCES: { readonly [K in AddonKey]?: Consequences } = {
  alloy: { ...SCRAPED, "ConfigMap platform-capacity": "shows what it collects" },
  argoCd: SCRAPED,
  certManager: SCRAPED,
  externalDns: SCRAPED,
  flux: SCRAPED,
  ingressNginx: SCRAPED,
  keda: SCRAPED,
  kubeletCsrApprover: { "Release kube-prometheus-stack": "scrapes it, and verifies kubelets", ...KUBELETS_ASK },
  kubePrometheusStack: {
    "Release alloy": "sends it metrics",
    "Release cilium": "has its metrics served",
    "Release tempo": "sends it metrics of traces",
  },
  loki: { ...SCRAPED, "Release alloy": "sends it logs", "ConfigMap platform-capacity": "shows how much it takes" },
  tempo: { ...SCRAPED, "Release alloy": "sends it traces", "ConfigMap platform-applications": "shows its metrics of traces" },
  proxmoxCsi: { "ConfigurationApply ": "tells each node which host it is on" },
  traefik: SCRAPED,
};

/** The same for an add-on with nothing on but what it needs. */
export const CONSEQUENCES_ALONE: { readonly [K in AddonKey]?: Consequences } = {
  kubeletCsrApprover: KUBELETS_ASK,
  kubePrometheusStack: { "Release cilium": "has its metrics served" },
  longhorn: { "ConfigurationApply work-": "gives the kubelet the folder that volumes are in" },
  proxmoxCcm: NODES_ARE_VMS,
  proxmoxCsi: NODES_ARE_VMS,
};

/** What taking the last one of a namespace away, or storage itself, is refused for: it would take data along. */
export const REFUSED_ALONE: { readonly [K in AddonKey]?: RegExp } = {
  kubePrometheusStack: /^namespace monitoring holds volumes of kube-prometheus-stack/,
  loki: /^namespace monitoring holds volumes of loki/,
  longhorn: /^longhorn is protected .*: consent first, with addons.longhorn.allowUninstall/,
  tempo: /^namespace monitoring holds volumes of tempo/,
};
