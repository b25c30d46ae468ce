import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { SecretMarkers } from "../../simulator/secrets";
import { SecretValue } from "../../simulator/values";
import { stackFile } from "../stacks";
import { recordedRehearsal } from "../simulator/recorded";

const BACKUP =
  "{ s3: { endpoint: https://s3.example.org, bucket: etcd, accessKeyId: GK1 }, ageRecipient: age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p, retentionDays: 9 }";

async function run(patch = "") {
  const controlPlane = `{ count: 1, cores: 2, memoryGiB: 4${patch} }`;
  const text = stackFile({ controlPlane, more: `  proxmox-talos:talos: { etcdBackup: ${BACKUP} }\n` });
  const { rehearsal, recording } = await recordedRehearsal(text);
  const named = (type: string) =>
    recording?.registrations.find((each) => each.type === type && each.name.includes("etcd-backup"));
  return { rehearsal, named };
}

describe("the backup of etcd", function () {
  this.timeout(30_000);

  it("is a job with a Secret of the stack, after Talos knows whom to let in", async () => {
    const { rehearsal, named } = await run();
    assert.deepEqual([rehearsal.violations, rehearsal.diagnostics], [[], []]);
    const account = named("kubernetes:talos.dev/v1alpha1:ServiceAccount");
    const job = named("kubernetes:batch/v1:CronJob");
    const secret = named("kubernetes:core/v1:Secret");
    assert.ok(account && job && secret);
    assert.deepEqual(account.inputs["spec"], { roles: ["os:etcd:backup"] });
    assert.ok(job.dependencies.includes(account.urn) && job.dependencies.includes(secret.urn));
    const spec = JSON.stringify(job.inputs["spec"]);
    assert.match(spec, /"image":"ghcr.io\/siderolabs\/talos-backup:v0\.1\.0-beta\.3"/);
    assert.match(spec, /"concurrencyPolicy":"Forbid"/);
    assert.match(spec, /\{"mountPath":"\/var\/run\/secrets\/talos\.dev","name":"talos","readOnly":true\}/);
    assert.match(JSON.stringify(job.inputs["metadata"]), /"proxmox-talos\/retention-days":"9"/);
    const { value } = secret.inputs["stringData"] as SecretValue;
    assert.ok(secret.inputs["stringData"] instanceof SecretValue);
    assert.match(JSON.stringify(value), /"AWS_SECRET_ACCESS_KEY":"rehearsal-secret/);
    assert.ok(!SecretMarkers.pattern.test(JSON.stringify(rehearsal)));
  });

  it("waits in vain where Talos lets in nobody, and not where it lets in others as well", async () => {
    const patched = async (access: string): Promise<string[]> => {
      const patch = `, configPatches: [{ machine: { features: { kubernetesTalosAPIAccess: ${access} } } }]`;
      return (await run(patch)).rehearsal.violations.map(({ rule, message }) => `${rule}: ${message.split("\n")[0] ?? ""}`);
    };
    assert.deepEqual(await patched("{ enabled: false }"), [
      "kind-missing: The Kubernetes API at https://192.168.1.100:6443 did not serve /apis/talos.dev/v1alpha1/serviceaccounts within 300 s",
    ]);
    assert.deepEqual(await patched("{ allowedKubernetesNamespaces: [other] }"), []);
  });
});
