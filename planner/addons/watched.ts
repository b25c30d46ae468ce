import type { Neighbour, ServicePort } from "./definition";
import { linksOf } from "./links";
import type { Values } from "./layers";

/** Where Prometheus reads what is behind a Service from. */
const DISCOVERED = "__meta_kubernetes";

/** What Prometheus scrapes beyond its chart's own, one job for each add-on that says where its metrics are; undefined for none. */
export function scrapeConfigs(neighbours: readonly Neighbour[]): Values[] | undefined {
  const jobs = neighbours.flatMap(({ chart, namespace, metrics }) =>
    metrics ? [{ job_name: chart, ...everyPodOf([metrics].flat(), namespace) }] : [],
  );
  return jobs.length > 0 ? jobs : undefined;
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
