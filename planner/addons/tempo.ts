import { TEMPO_DEFAULTS } from "../../config/addons/tempo";
import { inUrl } from "../addresses";
import { anyAddress } from "../kubernetes";
import type { AddonContext, AddonDefinition } from "./definition";
import { unlessEnabled } from "./idle";
import type { Values } from "./layers";
import { OTLP_PORTS, telemetryOf } from "./telemetry";

/** Port of its Service, from the chart's values. */
const PORT = 3200;

/** What its pod asks for: assumed. Files have one owner, so that prod has a larger process and not more of them. */
const REQUESTS = { homelab: { cpu: "50m", memory: "256Mi" }, prod: { cpu: "250m", memory: "1Gi" } } as const;

/** Traces. */
export const tempo: AddonDefinition<"tempo"> = {
  key: "tempo",
  chart: "tempo",
  publisher: "oci://ghcr.io/grafana-community/helm-charts",
  podSecurity: "baseline",
  needs: ["network", "storage"],
  metrics: { service: "tempo", port: PORT },
  dataSource: { name: "Tempo", type: "tempo", service: "tempo", port: PORT },
  storageGiB: TEMPO_DEFAULTS.storageGiB,
  plan: (context) => ({
    base: base(context),
    overlays: {
      homelab: { tempo: { resources: { requests: REQUESTS.homelab } } },
      prod: { tempo: { resources: { requests: REQUESTS.prod } } },
    },
    idle: [unlessEnabled("persistence")],
    facts: {},
  }),
};

/** Chart values of one process with its own files. */
function base(context: AddonContext<"tempo">): Values {
  const { setting, volume } = context;
  const { metrics } = telemetryOf(context);
  return {
    replicas: 1,
    tempo: {
      retention: setting("retentionHours")
        .byClass(TEMPO_DEFAULTS.retentionHours)
        .as((hours) => `${hours}h`),
      reportingEnabled: false,
      storage: { trace: { backend: "local" } },
      ...receivers(context.site),
      ...(metrics.length > 0 ? generator(metrics) : {}),
    },
    persistence: volume
      ? { enabled: true, size: volume.size.as((gib) => `${gib}Gi`), storageClassName: volume.storageClass }
      : { enabled: false },
  };
}

/** The chart's own listen on IPv4, where those of an IPv6 cluster's pods find nobody. */
function receivers(site: AddonContext["site"]): Values {
  const address = anyAddress(site);
  if (address === "0.0.0.0") return {};
  const protocols = Object.entries(OTLP_PORTS).map(([protocol, port]) => [protocol, { endpoint: `${inUrl(address)}:${port}` }]);
  return { receivers: { otlp: { protocols: Object.fromEntries(protocols) as Values } } };
}

/** Metrics of traces: what calls what, how often, how long and with what result; with the traces themselves as exemplars. */
function generator(urls: readonly string[]): Values {
  return {
    metricsGenerator: {
      enabled: true,
      processor: { service_graphs: {}, span_metrics: {} },
      storage: { path: "/var/tempo/generator", remote_write: urls.map((url) => ({ url, send_exemplars: true })) },
      traces_storage: { path: "/var/tempo/generator-traces" },
    },
    overrides: { defaults: { metrics_generator: { processors: ["service-graphs", "span-metrics"] } } },
  };
}
