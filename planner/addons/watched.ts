import type { Neighbour } from "./definition";
import type { Values } from "./layers";

/** What Prometheus scrapes beyond its chart's own, one job for each add-on that says where its metrics are; undefined for none. */
export function scrapeConfigs(neighbours: readonly Neighbour[]): Values[] | undefined {
  const jobs = neighbours.flatMap(({ chart, namespace, metrics }) =>
    metrics ? [{ job_name: chart, static_configs: [{ targets: [`${metrics.service}.${namespace}.svc:${metrics.port}`] }] }] : [],
  );
  return jobs.length > 0 ? jobs : undefined;
}

/** What Grafana reads from, under the name of its chart; undefined for nothing. */
export function dataSources(neighbours: readonly Neighbour[]): Values[] | undefined {
  const sources = neighbours.flatMap(({ chart, namespace, dataSource }) =>
    dataSource
      ? [
          {
            name: dataSource.name,
            uid: chart,
            type: dataSource.type,
            url: `http://${dataSource.service}.${namespace}.svc:${dataSource.port}`,
            access: "proxy",
          },
        ]
      : [],
  );
  return sources.length > 0 ? sources : undefined;
}
