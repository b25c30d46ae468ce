import { LOKI_DEFAULTS } from "../../config/addons/loki";
import type { AddonContext, AddonDefinition } from "./definition";
import { unlessEnabled } from "./idle";
import type { Values } from "./layers";

/** Port of its Service, from the chart's values. */
const PORT = 3100;

/** What its pod asks for: assumed. Files have one owner, so that prod has a larger process and not more of them. */
const REQUESTS = { homelab: { cpu: "50m", memory: "256Mi" }, prod: { cpu: "250m", memory: "1Gi" } } as const;

/** Parts of the chart that are off: their replicas are 0 in this form, which is what the chart asks for. */
const WITHOUT_PODS = ["backend", "read", "write"] as const;

/** Parts beside the process that are off. The caches ask for 10 GiB of memory by default, more than a small cluster has. */
const OFF = ["chunksCache", "gateway", "lokiCanary", "resultsCache", "test"] as const;

/** Logs. */
export const loki: AddonDefinition<"loki"> = {
  key: "loki",
  chart: "loki",
  publisher: "oci://ghcr.io/grafana-community/helm-charts",
  podSecurity: "baseline",
  needs: ["network", "storage"],
  metrics: { service: "loki", port: PORT },
  dataSource: { name: "Loki", type: "loki", service: "loki", port: PORT },
  storageGiB: LOKI_DEFAULTS.storageGiB,
  plan: (context) => ({
    base: base(context),
    overlays: {
      homelab: { singleBinary: { resources: { requests: REQUESTS.homelab } } },
      prod: { singleBinary: { resources: { requests: REQUESTS.prod } } },
    },
    idle: [
      ...OFF.map(unlessEnabled),
      ...WITHOUT_PODS.map((at) => ({ at, except: `${at}.replicas`, while: { path: `${at}.replicas`, is: 0 } })),
      unlessEnabled("singleBinary.persistence"),
      // The chart makes no budget for a single pod.
      { at: "singleBinary.podDisruptionBudget", while: { path: "singleBinary.replicas", is: 1 } },
    ],
    facts: {},
  }),
};

/** Chart values of one process with its own files: everything the chart would run beside it is off. */
function base({ setting, volume }: AddonContext<"loki">): Values {
  return {
    deploymentMode: "Monolithic",
    loki: {
      auth_enabled: false,
      commonConfig: { replication_factor: 1 },
      storage: { type: "filesystem" },
      // Required by the chart; the schema of today from a day before any cluster of this project.
      schemaConfig: {
        configs: [
          {
            from: "2024-04-01",
            store: "tsdb",
            object_store: "filesystem",
            schema: "v13",
            index: { prefix: "index_", period: "24h" },
          },
        ],
      },
      limits_config: {
        retention_period: setting("retentionDays")
          .byClass(LOKI_DEFAULTS.retentionDays)
          .as((days) => `${days * 24}h`),
      },
      compactor: { retention_enabled: true, delete_request_store: "filesystem" },
    },
    singleBinary: {
      replicas: 1,
      persistence: volume
        ? { enabled: true, size: volume.size.as((gib) => `${gib}Gi`), storageClass: volume.storageClass }
        : { enabled: false },
    },
    ...Object.fromEntries(WITHOUT_PODS.map((part) => [part, { replicas: 0 }])),
    ...Object.fromEntries(OFF.map((part) => [part, { enabled: false }])),
  };
}
