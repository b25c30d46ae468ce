import { balancerMetrics } from "../balancers/balancers";
import type { Site } from "../site";
import type { Neighbour, ServicePort } from "./definition";
import { linksOf } from "./links";
import type { Values } from "./layers";

/** Where Prometheus reads what is behind a Service from. */
const DISCOVERED = "__meta_kubernetes";

/**
 * What Prometheus scrapes beyond its chart's own, one job for each add-on that says where its metrics are, and one for load balancers of
 * the stack's own; undefined for none.
 */
export function scrapeConfigs(neighbours: readonly Neighbour[], site: Site): Values[] | undefined {
  const jobs = neighbours.flatMap(({ chart, namespace, metrics }) =>
    metrics ? [{ job_name: chart, ...everyPodOf([metrics].flat(), namespace) }] : [],
  );
  const all = [...jobs, ...balancersJob(site)];
  return all.length > 0 ? all : undefined;
}

/** VMs that Kubernetes knows nothing of, by name: what answers at an address may be another one tomorrow. */
function balancersJob(site: Site): Values[] {
  const targets = balancerMetrics(site);
  if (targets.length === 0) return [];
  return [
    { job_name: "haproxy", static_configs: targets.map(([instance, target]) => ({ targets: [target], labels: { instance } })) },
  ];
}

/** Every pod behind Services: asked through a Service itself, another one would answer each time. */
function everyPodOf(services: readonly ServicePort[], namespace: string): Values {
  return {
    kubernetes_sd_configs: [{ role: "endpointslice", namespaces: { names: [namespace] } }],
    relabel_configs: [
      {
        source_labels: [`${DISCOVERED}_service_name`, `${DISCOVERED}_endpointslice_port`],
        regex: services.map(({ service, port }) => `${service};${port}`).join("|"),
        action: "keep",
      },
      ...Object.entries({ namespace: "namespace", pod: "pod_name", node: "pod_node_name" }).map(([label, meta]) => ({
        source_labels: [`${DISCOVERED}_${meta}`],
        target_label: label,
      })),
    ],
  };
}

/** What Grafana reads from, under the name of its chart and with links to the others; undefined for nothing. */
export function dataSources(neighbours: readonly Neighbour[]): Values[] | undefined {
  const on = new Set(neighbours.map(({ key }) => key));
  const sources = neighbours.flatMap(({ key, chart, namespace, dataSource }) => {
    const jsonData = linksOf(key, on);
    return dataSource
      ? [
          {
            name: dataSource.name,
            uid: chart,
            type: dataSource.type,
            url: `http://${dataSource.service}.${namespace}.svc:${dataSource.port}`,
            access: "proxy",
            ...(jsonData ? { jsonData } : {}),
          },
        ]
      : [];
  });
  return sources.length > 0 ? sources : undefined;
}
