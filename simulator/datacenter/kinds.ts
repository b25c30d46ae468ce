/**
 * Kinds of custom resources that charts bring, by what is known of the charts and of nothing else: it must be able to catch the
 * planner's mistakes.
 */
export interface ChartKinds {
  /**
   * `release`: among the chart's templates, they come and go with the release. `crds`: in the chart's folder `crds`, Helm never deletes
   * them. `operator`: defined by the chart's operator once it runs, nobody ever deletes them.
   */
  readonly by: "release" | "crds" | "operator";
  /** Path of a value without which it brings none, for instance `crds.enabled`. */
  readonly onlyIf?: string;
  /** Kinds by `group/version`. */
  readonly kinds: Readonly<Record<string, readonly string[]>>;
}

/** What charts bring, by the chart's name, and what Talos does. */
export const CHART_KINDS: Readonly<Record<string, ChartKinds>> = {
  // pkg/k8s/apis/cilium.io/client/crds of cilium/cilium: those that anybody but Cilium itself makes something of.
  cilium: {
    by: "operator",
    kinds: {
      "cilium.io/v2": [
        "CiliumBGPAdvertisement",
        "CiliumBGPClusterConfig",
        "CiliumBGPNodeConfigOverride",
        "CiliumBGPPeerConfig",
        "CiliumClusterwideNetworkPolicy",
        "CiliumEgressGatewayPolicy",
        "CiliumLoadBalancerIPPool",
        "CiliumNetworkPolicy",
        "CiliumNodeConfig",
      ],
      "cilium.io/v2alpha1": ["CiliumL2AnnouncementPolicy", "CiliumPodIPPool"],
    },
  },
  // The chart has a bundle of the Gateway API among its templates; those that Cilium 1.20 asks for.
  "gateway-api-crds": {
    by: "release",
    kinds: {
      "gateway.networking.k8s.io/v1": [
        "BackendTLSPolicy",
        "GRPCRoute",
        "Gateway",
        "GatewayClass",
        "HTTPRoute",
        "ReferenceGrant",
        "TLSRoute",
      ],
    },
  },
  // Talos itself, where its control planes let pods ask it (internal/app/machined/pkg/controllers/kubeaccess).
  talos: { by: "operator", kinds: { "talos.dev/v1alpha1": ["ServiceAccount"] } },
  // The chart 1.12.1 has them in templates/crds.yaml.
  longhorn: { by: "release", kinds: { "longhorn.io/v1beta2": ["BackupTarget", "Node", "RecurringJob", "Setting", "Volume"] } },
  // The chart 1.21.1 has them in templates/crd-*.yaml, with the annotation that has Helm keep them when the release goes.
  "cert-manager": {
    by: "crds",
    onlyIf: "crds.enabled",
    kinds: {
      "cert-manager.io/v1": ["Certificate", "CertificateRequest", "ClusterIssuer", "Issuer"],
      "acme.cert-manager.io/v1": ["Challenge", "Order"],
    },
  },
  // The chart 0.49 has them in templates/crds.yaml, with the annotation that has Helm keep them when the release goes.
  "flux-operator": {
    by: "crds",
    kinds: { "fluxcd.controlplane.io/v1": ["FluxInstance", "FluxReport", "ResourceSet", "ResourceSetInputProvider"] },
  },
  // The chart 10 has them in templates/crds, with the same annotation.
  "argo-cd": { by: "crds", kinds: { "argoproj.io/v1alpha1": ["Application", "ApplicationSet", "AppProject"] } },
  // The chart 88 has them in its subchart's folder crds.
  "kube-prometheus-stack": {
    by: "crds",
    kinds: {
      "monitoring.coreos.com/v1": [
        "Alertmanager",
        "PodMonitor",
        "Probe",
        "Prometheus",
        "PrometheusRule",
        "ServiceMonitor",
        "ThanosRuler",
      ],
      "monitoring.coreos.com/v1alpha1": ["AlertmanagerConfig", "PrometheusAgent", "ScrapeConfig"],
    },
  },
};

/** The charts that bring a kind; none for a kind nobody knows. */
export function chartsWith(apiVersion: string, kind: string): string[] {
  return Object.entries(CHART_KINDS).flatMap(([chart, { kinds }]) => (kinds[apiVersion]?.includes(kind) ? [chart] : []));
}

/** Path of a kind in the API, whose name there is its own in lower case and in the plural. */
export function pathOf(apiVersion: string, kind: string): string {
  const singular = kind.toLowerCase();
  return `/apis/${apiVersion}/${singular.replace(/(?<=[^aeiou])y$/, "ie").replace(/s$/, "se")}s`;
}
