import { ENVIRONMENT_CLASSES } from "../../config/metadata";
import { isAddress, isInside } from "../addresses";
import { isUnencryptedWay, prefixOf } from "../etcd-backup";
import type { Finding, Plan } from "../plan";
import type { Site } from "../site";
import { finding } from "./catalog";

const PATH = "talos.etcdBackup";

type Judged = Pick<Plan, "addons" | "kubernetes" | "machines">;

/** Whether snapshots of etcd are there when they are needed. */
export function judgeEtcdBackups(site: Site, plan: Judged): Finding[] {
  const { etcdBackup: backup } = site.talos;
  if (!backup) return judgeMissing(site, plan);
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

/** A lab is built anew; of what is in production somebody wants to have the state of yesterday. */
function judgeMissing({ metadata }: Site, { machines }: Judged): Finding[] {
  if (ENVIRONMENT_CLASSES[metadata.environment] !== "prod") return [];
  const members = machines.filter(({ role }) => role === "controlplane").length;
  const kept = members === 1 ? "its only member" : `its ${members} members`;
  return [
    finding(
      "etcd-backup-missing",
      PATH,
      `nothing of the stack takes snapshots of etcd: all that Kubernetes knows is on ${kept} and nowhere else`,
      "add talos.etcdBackup with a bucket outside of these hosts, or acknowledge what takes them instead",
    ),
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
    ...(isUnencryptedWay(endpoint)
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
