import type * as pulumi from "@pulumi/pulumi";
import type { PlannedLoki } from "../../planner/plan";
import { HelmAddon } from "./helm-addon";
import type { AddonArgs } from "./helm-addon";

/** Logs. */
export class Loki extends HelmAddon {
  constructor(name: string, args: AddonArgs & { readonly loki: PlannedLoki }, opts?: pulumi.ComponentResourceOptions) {
    super(name, { ...args, release: args.loki, values: lokiValues(args.loki) }, opts, "Loki");
  }
}

/** Chart values of one process with its own files: everything the chart would run beside it is off. */
export function lokiValues({ retentionDays, volume }: PlannedLoki): Record<string, unknown> {
  const none = { replicas: 0 };
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
      limits_config: { retention_period: `${retentionDays * 24}h` },
      compactor: { retention_enabled: true, delete_request_store: "filesystem" },
    },
    singleBinary: {
      replicas: 1,
      persistence: volume
        ? { enabled: true, size: `${volume.sizeGiB}Gi`, storageClass: volume.storageClass }
        : { enabled: false },
    },
    read: none,
    write: none,
    backend: none,
    // The caches ask for 10 GiB of memory by default, more than a small cluster has.
    chunksCache: { enabled: false },
    resultsCache: { enabled: false },
    gateway: { enabled: false },
    lokiCanary: { enabled: false },
    test: { enabled: false },
  };
}
