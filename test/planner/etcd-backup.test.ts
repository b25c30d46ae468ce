import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { parse } from "yaml";
import { clusterPatch, controlPlanePatch } from "../../components/talos/machine-patches";
import type { Plan } from "../../planner";
import { valueAt } from "../../planner/addons/layers";
import { hosts, planOf, stackFile } from "../stacks";

const RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
const GARAGE = "s3: { endpoint: https://s3.example.org:3900, region: garage, bucket: etcd, accessKeyId: GK1 }";
const AMAZON = "s3: { region: eu-central-1, bucket: etcd-of-lab, accessKeyId: AK1 }";

function planWith(backup: string, { environment = "dev", addons = "{}", name = "lab" } = {}): Plan {
  const more = `  proxmox-talos:addons: ${addons}\n  proxmox-talos:talos: { etcdBackup: { ageRecipient: ${RECIPIENT}, ${backup} } }\n`;
  const text = stackFile({ hosts: hosts(1), more });
  return planOf(text.replace("environment: dev", `environment: ${environment}`).replace("name: lab", `name: ${name}`));
}

const found = ({ findings }: Plan): string[] =>
  findings.filter(({ code }) => code.startsWith("etcd-backup")).map(({ code, severity, path }) => `${code} ${severity} ${path}`);

const RETENTION = "etcd-backup-retention info talos.etcdBackup.retentionDays";
const UNWATCHED = "etcd-backup-unwatched warning talos.etcdBackup";

describe("snapshots of etcd", () => {
  it("are none unless they are asked for", () => {
    const plan = planOf(stackFile());
    assert.deepEqual([plan.etcdBackup, found(plan)], [undefined, []]);
    assert.doesNotMatch(controlPlanePatch(plan), /kubernetesTalosAPIAccess/);
  });

  it("are missed in prod, where nothing else is said of them, and in no lab", () => {
    const missing = (environment: string, count: number): string[] =>
      planOf(
        stackFile({ controlPlane: `{ count: ${count}, cores: 2, memoryGiB: 4 }` }).replace(
          "environment: dev",
          `environment: ${environment}`,
        ),
      )
        .findings.filter(({ code }) => code === "etcd-backup-missing")
        .map(({ severity, path, message }) => `${severity} ${path}: ${message}`);
    const what = "warning talos.etcdBackup: nothing of the stack takes snapshots of etcd: all that Kubernetes knows is on";
    assert.deepEqual(missing("prod", 1), [`${what} its only member and nowhere else`]);
    assert.deepEqual(missing("prod", 3), [`${what} its 3 members and nowhere else`]);
    assert.deepEqual([...missing("homelab", 1), ...missing("staging", 3)], []);
    assert.deepEqual(found(planWith(AMAZON, { environment: "prod" })), [UNWATCHED, RETENTION]);
  });

  it("are taken once a day in a lab and four times in prod, at a minute of the cluster's own", () => {
    const scheduleOf = (...args: Parameters<typeof planWith>): string => planWith(...args).etcdBackup?.schedule ?? "";
    assert.match(scheduleOf(GARAGE), /^\d+ 3 \* \* \*$/);
    assert.match(scheduleOf(GARAGE, { environment: "prod" }), /^\d+ \*\/6 \* \* \*$/);
    assert.match(scheduleOf(`${GARAGE}, everyHours: 2`), /^\d+ \*\/2 \* \* \*$/);
    assert.notEqual(scheduleOf(GARAGE), scheduleOf(GARAGE, { name: "attic" }));
    assert.equal(scheduleOf(GARAGE), scheduleOf(GARAGE));
  });

  it("go to Amazon's store, or to another one with the bucket in the path", () => {
    assert.deepEqual(planWith(AMAZON).etcdBackup?.environment, {
      AGE_X25519_PUBLIC_KEY: RECIPIENT,
      AWS_ACCESS_KEY_ID: "AK1",
      AWS_REGION: "eu-central-1",
      BUCKET: "etcd-of-lab",
      CLUSTER_NAME: "lab",
      S3_PREFIX: "lab",
    });
    assert.deepEqual(planWith(GARAGE.replace("bucket", "prefix: a/b, bucket")).etcdBackup?.environment, {
      AGE_X25519_PUBLIC_KEY: RECIPIENT,
      AWS_ACCESS_KEY_ID: "GK1",
      AWS_REGION: "garage",
      AWS_REQUEST_CHECKSUM_CALCULATION: "when_required",
      BUCKET: "etcd",
      CLUSTER_NAME: "lab",
      CUSTOM_S3_ENDPOINT: "https://s3.example.org:3900",
      S3_PREFIX: "a/b",
      USE_PATH_STYLE: "false",
    });
  });

  it("need a secret of the stack, which the plan does not know", () => {
    assert.deepEqual(planWith(GARAGE).etcdBackup?.secrets, [
      {
        name: "etcd-backup-s3",
        secret: "etcdBackupSecretAccessKey",
        data: { AWS_SECRET_ACCESS_KEY: "<secret>" },
      },
    ]);
  });

  it("have control planes let pods of their namespace ask for them, and workers nothing", () => {
    const plan = planWith(`${GARAGE}, namespace: snapshots`);
    assert.deepEqual((parse(controlPlanePatch(plan)) as { machine: object }).machine, {
      features: {
        kubernetesTalosAPIAccess: {
          enabled: true,
          allowedRoles: ["os:etcd:backup"],
          allowedKubernetesNamespaces: ["snapshots"],
        },
      },
    });
    assert.doesNotMatch(clusterPatch(plan, "installer", "/dev/sda"), /kubernetesTalosAPIAccess/);
    assert.deepEqual(plan.namespaces, [{ name: "snapshots", podSecurity: "baseline", protect: false }]);
  });

  it("are watched where there is somebody to watch", () => {
    const groups = (plan: Plan): unknown =>
      valueAt(plan.addons.kubePrometheusStack?.values, "additionalPrometheusRulesMap.platform.groups");
    const watched = planWith(`${GARAGE}, everyHours: 8, namespace: snapshots`, { addons: "{ kubePrometheusStack: {} }" });
    const text = JSON.stringify((groups(watched) as { name: string }[]).find(({ name }) => name === "etcd-backups"));
    assert.match(text, /namespace=\\"snapshots\\"/);
    assert.match(text, / > 10 \* 3600/);
    const without = planOf(stackFile({ more: "  proxmox-talos:addons: { kubePrometheusStack: {} }\n" }));
    assert.doesNotMatch(JSON.stringify(groups(without)), /etcd-backups/);
  });

  it("are kept by the bucket's own rule, which the finding spells out", () => {
    const { remedy } = planWith(`${GARAGE}, retentionDays: 60`).findings.find(({ code }) => code === "etcd-backup-retention")!;
    assert.equal(
      remedy,
      `with a key that may: aws s3api put-bucket-lifecycle-configuration --endpoint-url https://s3.example.org:3900 --bucket etcd --lifecycle-configuration '{"Rules":[{"ID":"etcd-snapshots","Status":"Enabled","Filter":{"Prefix":"lab/"},"Expiration":{"Days":60}}]}'`,
    );
    const amazon = planWith(AMAZON).findings.find(({ code }) => code === "etcd-backup-retention");
    assert.doesNotMatch(amazon?.remedy ?? "", /endpoint-url/);
  });

  const at = (endpoint: string): string => `s3: { endpoint: "${endpoint}", bucket: etcd, accessKeyId: GK1 }`;
  const inside = "etcd-backup-inside error talos.etcdBackup.s3.endpoint";
  const plain = "etcd-backup-unencrypted-way warning talos.etcdBackup.s3.endpoint";
  for (const [endpoint, expected] of [
    ["https://s3.example.org", []],
    ["https://192.168.1.50:9000", []],
    ["http://192.168.1.50:9000", [plain]],
    ["https://minio.storage.svc:9000", [inside]],
    ["http://minio.storage.svc.cluster.local:9000", [inside, plain]],
    ["https://10.96.3.4:9000", [inside]],
    ["https://192.168.1.103:30900", [inside]],
  ] as const) {
    it(`are judged by where they go: ${endpoint}`, () => {
      assert.deepEqual(found(planWith(at(endpoint))).sort(), [...expected, RETENTION, UNWATCHED].sort());
    });
  }
});
