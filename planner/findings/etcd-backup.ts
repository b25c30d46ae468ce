import { isAddress, isInside } from "../addresses";
import { prefixOf } from "../etcd-backup";
import type { Finding, Plan } from "../plan";
import type { Site } from "../site";
import { finding } from "./catalog";

const PATH = "talos.etcdBackup";

type Judged = Pick<Plan, "addons" | "kubernetes" | "machines">;

/** Whether snapshots of etcd are there when they are needed. */
export function judgeEtcdBackups(site: Site, plan: Judged): Finding[] {
  const { etcdBackup: backup } = site.talos;
  if (!backup) return [];
  const { endpoint } = backup.s3;
  return [
    ...(endpoint === undefined ? [] : judgeEndpoint(endpoint, site, plan)),
    finding(
      "etcd-backup-retention",
      `${PATH}.retentionDays`,
      `the bucket keeps every snapshot for ever unless a rule of its own deletes those of more than ${backup.retentionDays} days`,
      `with a key that may: ${lifecycleCommand(site)}`,
    ),
    ...(plan.addons.kubePrometheusStack
      ? []
      : [
          finding(
            "etcd-backup-unwatched",
            PATH,
            "nothing of the stack tells when snapshots stop",
            "add addons.kubePrometheusStack, or look into the bucket once a week",
          ),
        ]),
  ];
}

function judgeEndpoint(endpoint: string, site: Site, { kubernetes, machines }: Judged): Finding[] {
  const host = new URL(endpoint).hostname.replace(/^\[|\]$/g, "");
  const path = `${PATH}.s3.endpoint`;
  const inside =
    host.endsWith(".svc") ||
    host.endsWith(`.svc.${kubernetes.domain}`) ||
    machines.some(({ address, addresses }) => [address, ...addresses.map((each) => each.address)].includes(host)) ||
    (isAddress(host) && [...kubernetes.podSubnets, ...kubernetes.serviceSubnets].some((subnet) => isInside(host, subnet)));
  return [
    ...(inside
      ? [
          finding(
            "etcd-backup-inside",
            path,
            `${host} is in the cluster itself: when its etcd is lost, so are the snapshots`,
            `take a store outside of ${site.metadata.name}`,
          ),
        ]
      : []),
    ...(endpoint.startsWith("http:")
      ? [
          finding(
            "etcd-backup-unencrypted-way",
            path,
            "snapshots are encrypted, and the way to the store is not: whoever is on it sees names and can hold them back",
            "give the store a certificate that the image's authorities know, and take https",
          ),
        ]
      : []),
  ];
}

/** What deletes old snapshots, with any store that speaks S3. */
function lifecycleCommand(site: Site): string {
  const { etcdBackup: backup } = site.talos;
  const rule = { ID: "etcd-snapshots", Status: "Enabled", Filter: { Prefix: `${prefixOf(site)}/` } };
  const rules = { Rules: [{ ...rule, Expiration: { Days: backup?.retentionDays } }] };
  const where = backup?.s3.endpoint === undefined ? "" : ` --endpoint-url ${backup.s3.endpoint}`;
  return `aws s3api put-bucket-lifecycle-configuration${where} --bucket ${backup?.s3.bucket ?? ""} --lifecycle-configuration '${JSON.stringify(rules)}'`;
}
