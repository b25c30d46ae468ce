import type { RuleGroup } from "../rule";

/** What is watched. */
export interface WatchedJob {
  readonly name: string;
  readonly namespace: string;
  /** Between two snapshots. */
  readonly hours: number;
}

/** Hours beyond the next snapshot after which one was missed: a job that failed has been tried again by then. */
const LATE_HOURS = 2;

/** Snapshots of etcd: one that is overdue, and none at all. */
export function etcdBackups({ name, namespace, hours }: WatchedJob): RuleGroup {
  const job = `{namespace="${namespace}", cronjob="${name}"}`;
  const last = `max by (namespace, cronjob) (kube_cronjob_status_last_successful_time${job})`;
  const overdue = hours + LATE_HOURS;
  return {
    name: "etcd-backups",
    reads: ["kube-state-metrics"],
    rules: [
      {
        alert: "EtcdBackupTooOld",
        expr: `time() - ${last} > ${overdue} * 3600`,
        for: "10m",
        severity: "warning",
        summary: "The last snapshot of etcd is too old",
        description: `It was stored {{ $value | humanizeDuration }} ago, and there should be one every ${hours} h.`,
      },
      {
        alert: "EtcdBackupMissing",
        // A job that never succeeded has no such time; one that is gone has nothing at all.
        expr: `(max by (namespace, cronjob) (kube_cronjob_info${job}) unless on (namespace, cronjob) ${last}) or absent(kube_cronjob_info${job})`,
        for: `${overdue}h`,
        severity: "warning",
        summary: "There is no snapshot of etcd",
        description: `{{ $labels.namespace }}/{{ $labels.cronjob }} has stored none in ${overdue} h, or is gone.`,
      },
    ],
  };
}
