import type { Exporter, RuleGroup } from "../rule";
import { API, CERTIFICATES, ETCD } from "./control-plane";
import { MACHINES, STAGES } from "./machines";
import { BACKUPS, HOSTS, LONGHORN, VOLUMES } from "./storage";
import { REQUESTS, SPANS, WORKLOADS } from "./workloads";

export { BACKUPS } from "./storage";

/** All rules that stand by themselves. */
export const RULES: readonly RuleGroup[] = [
  API,
  BACKUPS,
  CERTIFICATES,
  ETCD,
  HOSTS,
  LONGHORN,
  MACHINES,
  REQUESTS,
  SPANS,
  STAGES,
  VOLUMES,
  WORKLOADS,
];

/** Groups whose metrics are there. */
export function rulesFor(exporters: ReadonlySet<Exporter>): RuleGroup[] {
  return RULES.filter(({ reads }) => reads.every((each) => exporters.has(each)));
}
