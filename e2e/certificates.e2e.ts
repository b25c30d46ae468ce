import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { clusterNodes } from "../automation/cluster-nodes";
import { pulumi, stepsOf } from "../automation/real-engine/pulumi";
import type { Site } from "../automation/real-engine/site";
import { openSite } from "../automation/real-engine/site";
import { planned } from "../automation/stacks";
import { findBinaries } from "../simulator/kubernetes-door/binaries";
import { issue } from "../simulator/wire/certificates";
import type { KeyPair } from "../simulator/wire/certificates";
import { labUp } from "./lab-up";

const STACK = "examples/homelab-small.yaml";

/** What happened once keeps what it happened with, and nobody uses that again. */
const DONE = [":Bootstrap", ":KubernetesApi"];

/** Certificates of a stack's state as the Talos provider keeps them: PEM in base64. */
interface Pki {
  readonly certs: Readonly<Record<"os" | "k8s", { readonly cert: string; readonly key: string }>>;
}

interface Exported {
  readonly deployment: { readonly resources: readonly { readonly type: string; readonly outputs?: Record<string, unknown> }[] };
}

describe("an administrator's certificates that have run out", () => {
  it("are renewed by lab up, with nothing replaced", async () => {
    const stack = planned(STACK);
    const site = await openSite(stack, { binaries: findBinaries().found });
    try {
      assert.equal(await labUp(site, stack), undefined);
      const before = await exported(site);
      const expired = await expire(site, before);
      // They are really of no use any more.
      await assert.rejects(clusterNodes(await output(site, "kubeconfig")), /401 Unauthorized/);

      const preview = await pulumi(site.sandbox, ["preview"]);
      assert.equal(preview.code, 0, preview.output);
      const steps = stepsOf(preview).map(({ op, type }) => `${op} ${type}`);
      assert.ok(steps.length > 0, "nobody noticed");
      assert.deepEqual(
        steps.filter((step) => !step.startsWith("update ")),
        [],
      );
      assert.equal(await labUp(site, stack), undefined);
      const inUse = (await exported(site)).deployment.resources.filter(({ type }) => !DONE.some((each) => type.endsWith(each)));
      for (const certificate of expired) assert.ok(!JSON.stringify(inUse).includes(certificate), "one is still there");
      for (const type of ["talos:machine/secrets:Secrets", "talos:cluster/kubeconfig:Kubeconfig"]) {
        const { notAfter } = clientOf(await exported(site), type);
        assert.ok(notAfter.getTime() > Date.now() + 300 * 24 * 3600 * 1000, `${type} ends ${notAfter.toISOString()}`);
      }
      assert.equal((await clusterNodes(await output(site, "kubeconfig"))).length, 2);
      assert.deepEqual(stepsOf(await pulumi(site.sandbox, ["preview"])), []);
    } finally {
      await site.close();
    }
  });
});

/** Puts certificates that ended a minute ago in the place of both that an administrator has; answers them, in base64. */
async function expire(site: Site, state: Exported): Promise<string[]> {
  const { certs } = outputsOf(state, "talos:machine/secrets:Secrets")["machineSecrets"] as Pki;
  const notAfter = new Date(Date.now() - 60_000);
  const authority = ({ cert, key }: Pki["certs"]["os"]): KeyPair => ({ certificate: decoded(cert), key: decoded(key) });
  const talos = issue(authority(certs.os), { commonName: "", organizations: ["os:admin"], usages: ["client"], notAfter });
  const names = { commonName: "admin", organizations: ["system:masters"] };
  const kubernetes = issue(authority(certs.k8s), { ...names, usages: ["client"], notAfter });
  let text = JSON.stringify(state);
  for (const [type, { certificate, key }] of [
    ["talos:machine/secrets:Secrets", talos],
    ["talos:cluster/kubeconfig:Kubeconfig", kubernetes],
  ] as const) {
    const found = credentialsOf(state, type);
    text = text.replaceAll(found.clientCertificate, encoded(certificate)).replaceAll(found.clientKey, encoded(key));
  }
  const run = await pulumi(site.sandbox, ["stack", "import"], { input: text });
  assert.equal(run.code, 0, run.output);
  return [encoded(talos.certificate), encoded(kubernetes.certificate)];
}

async function exported({ sandbox }: Site): Promise<Exported> {
  const { output: text } = await pulumi(sandbox, ["stack", "export", "--show-secrets"]);
  return JSON.parse(text) as Exported;
}

async function output({ sandbox }: Site, name: string): Promise<string> {
  const { output: text } = await pulumi(sandbox, ["stack", "output", name, "--show-secrets"]);
  return text;
}

function clientOf(state: Exported, type: string): { readonly notAfter: Date } {
  return { notAfter: new Date(new X509Certificate(decoded(credentialsOf(state, type).clientCertificate)).validTo) };
}

function credentialsOf(state: Exported, type: string): { readonly clientCertificate: string; readonly clientKey: string } {
  const outputs = outputsOf(state, type);
  return (
    outputs["clientConfiguration"] && type.includes("secrets")
      ? outputs["clientConfiguration"]
      : outputs["kubernetesClientConfiguration"]
  ) as ReturnType<typeof credentialsOf>;
}

/** Outputs of the one resource of a type, its secrets opened. */
function outputsOf({ deployment }: Exported, type: string): Record<string, unknown> {
  const outputs = deployment.resources.find((resource) => resource.type === type)?.outputs ?? {};
  return Object.fromEntries(Object.entries(outputs).map(([key, value]) => [key, opened(value)]));
}

/** Secrets are wrapped in an exported state, at any depth. */
function opened(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(opened);
  const { plaintext } = value as { plaintext?: unknown };
  if (typeof plaintext === "string") return opened(JSON.parse(plaintext));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, opened(each)]));
}

function decoded(text: string): string {
  return Buffer.from(text, "base64").toString("utf8");
}

function encoded(text: string): string {
  return Buffer.from(text).toString("base64");
}
