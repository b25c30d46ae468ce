import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { KeptResource } from "../../automation/consent";
import { checkConsent, leftInOneStep } from "../../automation/consent";
import { Failure } from "../../automation/failure";
import { configOf, planOf, stackFile } from "../stacks";

const PLATFORM = "urn:pulumi:lab::proxmox-talos::proxmox-talos:index:Platform";
const FLUX = "flux: { sync: { url: https://example.org/platform/fleet.git } }";

const stackOf = (addons: string) => {
  const text = stackFile({ more: `  proxmox-talos:addons: { ${FLUX}, ${addons} }\n` });
  return { config: configOf(text), plan: planOf(text) };
};

const release = (name: string, retainOnDelete?: boolean): KeptResource => ({
  urn: `${PLATFORM}$proxmox-talos:addons:X$kubernetes:helm.sh/v3:Release::${name}`,
  type: "kubernetes:helm.sh/v3:Release",
  parent: `${PLATFORM}$proxmox-talos:addons:X::${name}`,
  ...(retainOnDelete === undefined ? {} : { retainOnDelete }),
});

const issuer = (retainOnDelete: boolean): KeptResource => ({
  urn: `${PLATFORM}$proxmox-talos:kubernetes:CustomResources$kubernetes:cert-manager.io/v1:ClusterIssuer::lab`,
  type: "kubernetes:cert-manager.io/v1:ClusterIssuer",
  parent: `${PLATFORM}$proxmox-talos:kubernetes:CustomResources::cert-manager`,
  retainOnDelete,
});

const left = (addons: string, ...resources: KeptResource[]): string[] =>
  leftInOneStep(resources, stackOf(addons).plan).map(({ urn }) => urn.split("::").at(-1) ?? "");

describe("what leaves a stack for GitOps", () => {
  it("is refused as long as the state does not say that it stays", () => {
    const loki = "loki: { managedBy: gitops }";
    assert.deepEqual(left(loki, release("loki"), release("tempo")), ["loki"]);
    assert.deepEqual(left(loki, release("loki", false)), ["loki"]);
    assert.deepEqual(left(loki, release("loki", true)), []);
    // It has left already, or was never there.
    assert.deepEqual(left(loki, release("tempo")), []);
  });

  it("takes its custom resources along, and not what others have", () => {
    const certManager = "certManager: { managedBy: gitops, issuers: { lab: { selfSigned: {} } } }";
    assert.deepEqual(left(certManager, release("cert-manager", true), issuer(false)), ["lab"]);
    assert.deepEqual(left(certManager, release("cert-manager", true), issuer(true)), []);
    assert.deepEqual(left("loki: { managedBy: gitops }", issuer(false)), []);
    const wait = { ...issuer(false), type: "pulumi-nodejs:dynamic/kubernetes:ServedKind" };
    assert.deepEqual(left(certManager, wait), []);
  });

  it("is nobody's business before it is handed over", () => {
    assert.deepEqual(left("loki: { managedBy: leaving }", release("loki")), []);
    assert.deepEqual(left("loki: {}", release("loki")), []);
  });

  it("stops an update with a word on what to do", () => {
    assert.throws(
      () => {
        checkConsent([release("loki")], stackOf("loki: { managedBy: gitops }"));
      },
      (error: unknown) =>
        error instanceof Failure &&
        error.code === "consent-missing" &&
        error.message ===
          "nothing was changed: the state does not say that loki stays when the program no longer asks for it, so that addons.loki.managedBy: gitops would delete it; put leaving in its place, run lab up, and only then gitops",
    );
    checkConsent([release("loki", true)], stackOf("loki: { managedBy: gitops }"));
  });
});
