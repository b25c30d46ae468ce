import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import type * as pulumi from "@pulumi/pulumi";
import type { PlannedKubePrometheusStack } from "../../planner/plan";
import { HelmAddon } from "./helm-addon";
import type { HelmAddonArgs } from "./helm-addon";

/** kube-prometheus-stack with the project's dashboards, which Grafana's sidecar finds by their label. */
export class KubePrometheusStack extends HelmAddon {
  constructor(name: string, args: HelmAddonArgs, opts?: pulumi.ComponentResourceOptions) {
    super(name, args, opts);
    const { namespace, dashboards } = args.release as PlannedKubePrometheusStack;
    const child = { parent: this, provider: args.provider, dependsOn: opts?.dependsOn, deletedWith: opts?.deletedWith };
    for (const dashboard of dashboards) {
      new ConfigMap(
        dashboard.name,
        {
          metadata: { name: dashboard.name, namespace, labels: { grafana_dashboard: "1" } },
          data: { [`${dashboard.name}.json`]: dashboard.json },
        },
        child,
      );
    }
  }
}
