import * as pulumi from "@pulumi/pulumi";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { CronJob } from "@pulumi/kubernetes/batch/v1/cronJob";
import type { Provider } from "@pulumi/kubernetes/provider";
import type { core } from "@pulumi/kubernetes/types/input";
import type { PlannedEtcdBackup } from "../../planner/plan";
import { declareSecrets } from "../addons/release-secrets";
import type { StackSecrets } from "../addons/release-secrets";
import type { KubernetesAccess } from "./kubernetes-answer";
import { ServedKind } from "./served-kind";

/** Where Talos has Secrets mounted that it makes for its service accounts: its client looks there by itself. */
const TALOS_SECRETS = "/var/run/secrets/talos.dev";

/** Group and version of Talos' own kinds. */
const TALOS = "talos.dev/v1alpha1";

/** Runs as nobody in particular. */
const USER = 65532;

/** Arguments of an {@link EtcdBackup}. */
export interface EtcdBackupArgs {
  readonly provider: Provider;
  readonly access: KubernetesAccess;
  readonly backup: PlannedEtcdBackup;
  /** Secrets of the stack, the store's among them. */
  readonly secrets: StackSecrets;
}

/** A job that takes snapshots of etcd through Talos, encrypts them and puts them into a bucket. */
export class EtcdBackup extends pulumi.ComponentResource {
  constructor(name: string, { provider, access, backup, secrets }: EtcdBackupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-talos:kubernetes:EtcdBackup", name, {}, opts);
    const child = { parent: this, provider, dependsOn: opts?.dependsOn, deletedWith: opts?.deletedWith };
    const metadata = { name: backup.name, namespace: backup.namespace };

    const made = declareSecrets(backup, provider, secrets, child);
    // Talos defines the kind when its control planes have been told of it, which may be after the API is up.
    const kind = new ServedKind(
      `serviceaccounts/${name}`,
      { ...access, path: `/apis/${TALOS}/serviceaccounts` },
      { parent: this, dependsOn: opts?.dependsOn, deletedWith: opts?.deletedWith },
    );
    // Talos makes a Secret of the same name with its client's configuration in it.
    const account = new CustomResource(
      name,
      { apiVersion: TALOS, kind: "ServiceAccount", metadata, spec: { roles: [backup.role] } },
      { ...child, dependsOn: [kind] },
    );
    new CronJob(
      name,
      {
        metadata: { ...metadata, annotations: { "proxmox-talos/retention-days": String(backup.retentionDays) } },
        spec: {
          schedule: backup.schedule,
          timeZone: "Etc/UTC",
          concurrencyPolicy: "Forbid",
          successfulJobsHistoryLimit: 1,
          failedJobsHistoryLimit: 3,
          jobTemplate: {
            spec: { backoffLimit: 3, activeDeadlineSeconds: 1800, template: { spec: podOf(backup) } },
          },
        },
      },
      { ...child, dependsOn: [account, ...made] },
    );

    this.registerOutputs({});
  }
}

/** The pod of a snapshot: it writes nothing but the snapshot, and asks Kubernetes for nothing. */
function podOf({ name, image, environment, secrets }: PlannedEtcdBackup): core.v1.PodSpec {
  return {
    restartPolicy: "Never",
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    // Machines that take no other pods take this one: etcd is theirs.
    tolerations: [{ key: "node-role.kubernetes.io/control-plane", operator: "Exists", effect: "NoSchedule" }],
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER,
      runAsGroup: USER,
      fsGroup: USER,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [
      {
        name,
        image,
        workingDir: "/tmp",
        env: Object.entries(environment).map(([key, value]) => ({ name: key, value })),
        envFrom: secrets.map((each) => ({ secretRef: { name: each.name } })),
        resources: { requests: { cpu: "50m", memory: "128Mi" } },
        securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
        volumeMounts: [
          { name: "snapshot", mountPath: "/tmp" },
          { name: "talos", mountPath: TALOS_SECRETS, readOnly: true },
        ],
      },
    ],
    volumes: [
      { name: "snapshot", emptyDir: {} },
      { name: "talos", secret: { secretName: name } },
    ],
  };
}
