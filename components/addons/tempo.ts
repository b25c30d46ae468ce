import type * as pulumi from "@pulumi/pulumi";
import type { PlannedTempo } from "../../planner/plan";
import { HelmAddon } from "./helm-addon";
import type { AddonArgs } from "./helm-addon";

/** Traces. */
export class Tempo extends HelmAddon {
  constructor(name: string, args: AddonArgs & { readonly tempo: PlannedTempo }, opts?: pulumi.ComponentResourceOptions) {
    super(name, { ...args, release: args.tempo, values: tempoValues(args.tempo) }, opts, "Tempo");
  }
}

/** Chart values of one process with its own files. */
export function tempoValues({ retentionHours, volume }: PlannedTempo): Record<string, unknown> {
  return {
    tempo: {
      retention: `${retentionHours}h`,
      reportingEnabled: false,
      storage: { trace: { backend: "local" } },
    },
    persistence: volume
      ? { enabled: true, size: `${volume.sizeGiB}Gi`, storageClassName: volume.storageClass }
      : { enabled: false },
  };
}
