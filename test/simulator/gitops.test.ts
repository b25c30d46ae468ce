import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "mocha";
import { leftInOneStep } from "../../automation/consent";
import { datacenterSpec } from "../../automation/datacenter-spec";
import { neededSecrets } from "../../config/secrets";
import { rehearse } from "../../simulator";
import type { Rehearsal } from "../../simulator";
import type { Cluster } from "../../simulator/datacenter/model";
import type { Recording } from "../../simulator/door/recording";
import { SecretMarkers } from "../../simulator/secrets";
import type { RehearsalState } from "../../simulator/run/state";
import { SecretValue } from "../../simulator/values";
import { inlineProgram } from "../inline-program";
import { PROJECT, configOf, hosts, planOf, stackFile } from "../stacks";

const FLUX = "flux: { sync: { url: https://example.org/platform/fleet.git } }";
const ISSUERS = "issuers: { lab: { selfSigned: {} } }";

const text = (addons: string): string => stackFile({ hosts: hosts(1), more: `  proxmox-talos:addons: { ${addons} }\n` });

/** Runs stack files one after the other against one datacenter. */
class Site {
  private readonly folder = mkdtempSync(join(tmpdir(), "gitops-"));
  public recording: Recording | undefined;

  public async becomes(addons: string): Promise<Rehearsal> {
    const stack = text(addons);
    return rehearse({
      stack: "test",
      stackText: stack,
      projectDir: PROJECT,
      datacenter: datacenterSpec(configOf(stack)),
      secrets: neededSecrets(configOf(stack)),
      program: inlineProgram(),
      statePath: this.path,
      judge: (resources) => leftInOneStep(resources, planOf(stack)).map((each) => ({ rule: "consent-missing", ...each })),
      onRecording: (all) => {
        this.recording = all;
      },
    });
  }

  /** What is in the cluster. */
  public get cluster(): Cluster {
    const { datacenter } = JSON.parse(readFileSync(this.path, "utf8")) as RehearsalState;
    const [cluster] = datacenter.clusters;
    assert.ok(cluster);
    // When kinds were there is said in seconds of each run.
    const definitions = Object.fromEntries(Object.keys(cluster.definitions).map((chart) => [chart, 0]));
    return { ...cluster, definitions };
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  private get path(): string {
    return join(this.folder, "state.json");
  }
}

/** `operation type name` of all that is not left as it is. */
function changed({ resources, violations, diagnostics }: Rehearsal): string[] {
  assert.deepEqual([violations, diagnostics], [[], []]);
  return resources
    .filter(({ operation }) => operation !== "same")
    .map(({ operation, type, name }) => `${operation} ${type.split(/[/:]/).at(-1) ?? ""} ${name}`)
    .sort();
}

async function withSite(act: (site: Site) => Promise<void>): Promise<void> {
  const site = new Site();
  try {
    await act(site);
  } finally {
    site.remove();
  }
}

describe("GitOps in the rehearsal", function () {
  this.timeout(60_000);

  it("is switched on and off with nothing else, its instance going while the operator runs", async () => {
    await withSite(async (site) => {
      await site.becomes("metricsServer: {}");
      const own = [
        "CustomResources flux-operator",
        "Flux flux-operator",
        "FluxInstance flux-system/flux",
        "Namespace flux-system",
        "Release flux-operator",
      ];
      assert.deepEqual(
        changed(await site.becomes(`metricsServer: {}, ${FLUX}`)),
        own.map((each) => `create ${each}`),
      );
      assert.deepEqual(site.cluster.resources, [
        { apiVersion: "fluxcd.controlplane.io/v1", kind: "FluxInstance", name: "flux", namespace: "flux-system" },
      ]);
      const off = await site.becomes("metricsServer: {}");
      assert.deepEqual(
        changed(off),
        own.map((each) => `delete ${each}`),
      );
      const end = (name: string): number => off.resources.find((each) => each.name === name)?.endSeconds ?? NaN;
      const start = off.resources.find(({ type, name }) => type.endsWith(":Release") && name === "flux-operator");
      assert.ok(end("flux-system/flux") <= (start?.startSeconds ?? NaN));
    });
  });

  it("takes a release over in two steps, neither of which changes anything in the cluster", async () => {
    await withSite(async (site) => {
      const addons = (managedBy: string): string => `${FLUX}, loki: {}, certManager: { managedBy: ${managedBy}, ${ISSUERS} }`;
      await site.becomes(addons("stack"));
      const before = site.cluster;
      assert.deepEqual(changed(await site.becomes(addons("leaving"))), []);
      assert.deepEqual(site.cluster, before);
      assert.deepEqual(changed(await site.becomes(addons("gitops"))), [
        "delete Certificate cert-manager/lab",
        "delete ClusterIssuer lab",
        "delete ClusterIssuer lab-root",
        "delete CustomResources cert-manager",
        "delete Release cert-manager",
      ]);
      const { abandoned, ...rest } = site.cluster;
      assert.deepEqual(rest, before);
      assert.deepEqual(abandoned, ["cert-manager/cert-manager"]);
      // From now on the stack only keeps the place for it; and that stays, too, when nothing speaks of it any more.
      assert.deepEqual(changed(await site.becomes(addons("gitops"))), []);
      assert.deepEqual(changed(await site.becomes(`${FLUX}, loki: {}`)), [
        "delete CertManager cert-manager",
        "delete Namespace cert-manager",
      ]);
      assert.deepEqual(Object.keys(site.cluster.namespaces).includes("cert-manager"), true);
    });
  });

  it("leaves what is already handed over out of a fresh cluster, with a place for it", async () => {
    await withSite(async (site) => {
      const addons = `${FLUX}, certManager: { managedBy: gitops, ${ISSUERS} }, metricsServer: { managedBy: gitops }`;
      assert.deepEqual((await site.becomes(addons)).violations, []);
      assert.deepEqual(Object.keys(site.cluster.releases).sort(), ["cilium", "flux-operator"]);
      assert.ok("cert-manager" in site.cluster.namespaces);
      assert.deepEqual(
        site.cluster.resources.map(({ kind }) => kind),
        ["FluxInstance"],
      );
    });
  });

  it("is refused in one step, before anything is touched", async () => {
    await withSite(async (site) => {
      await site.becomes(`${FLUX}, metricsServer: {}`);
      const before = site.cluster;
      const { result, violations, resources } = await site.becomes(`${FLUX}, metricsServer: { managedBy: gitops }`);
      assert.deepEqual([result, resources, violations.map(({ rule }) => rule)], ["failed", [], ["consent-missing"]]);
      assert.deepEqual(site.cluster, before);
    });
  });

  it("does not give back what it has taken over: Helm knows the name", async () => {
    await withSite(async (site) => {
      for (const managedBy of ["stack", "leaving", "gitops"])
        await site.becomes(`${FLUX}, metricsServer: { managedBy: ${managedBy} }`);
      const { violations } = await site.becomes(`${FLUX}, metricsServer: {}`);
      assert.deepEqual(
        violations.map(({ rule }) => rule),
        ["release-exists"],
      );
    });
  });

  it("reads Secrets that the stack goes on making, and that stay as long as it might read them", async () => {
    await withSite(async (site) => {
      const retained: boolean[] = [];
      for (const managedBy of ["stack", "leaving", "gitops"]) {
        await site.becomes(`${FLUX}, tailscaleOperator: { oauthClientId: k1, managedBy: ${managedBy} }`);
        const secret = site.recording?.registrations.find(({ name }) => name === "tailscale-operator-operator-oauth");
        assert.ok(secret, managedBy);
        retained.push(secret.retainOnDelete);
      }
      assert.deepEqual(retained, [false, true, true]);
    });
  });

  it("can be thought better of, half way", async () => {
    await withSite(async (site) => {
      for (const managedBy of ["stack", "leaving", "stack"])
        await site.becomes(`${FLUX}, metricsServer: { managedBy: ${managedBy} }`);
      assert.ok(changed(await site.becomes(FLUX)).includes("delete Release metrics-server"));
      assert.equal("metrics-server" in site.cluster.releases, false);
    });
  });

  it("logs in with secrets of the stack, in the forms that it reads, and shows none", async () => {
    await withSite(async (site) => {
      const contentOf = (name: string): { readonly type: unknown; readonly data: Record<string, string> } => {
        const inputs = site.recording?.registrations.find((each) => each.name === name)?.inputs;
        const data = inputs?.["stringData"];
        assert.ok(data instanceof SecretValue, name);
        return { type: inputs?.["type"], data: data.value as Record<string, string> };
      };
      const flux = "flux: { sync: { url: oci://example.org/platform/fleet, username: robot } }";
      assert.deepEqual((await site.becomes(flux)).violations, []);
      const { type, data } = contentOf("flux-operator-flux-repository");
      assert.equal(type, "kubernetes.io/dockerconfigjson");
      const { auths } = JSON.parse(data[".dockerconfigjson"] ?? "") as { auths: Record<string, Record<string, string>> };
      assert.equal(auths["example.org"]?.["username"], "robot");
      assert.match(auths["example.org"]["password"] ?? "", SecretMarkers.pattern);
    });
    await withSite(async (site) => {
      const argoCd =
        "argoCd: { repositories: { a: { url: ssh://git@example.org/a.git } }, clusters: { edge: { server: https://10.4.0.99:6443 } } }";
      const rehearsal = await site.becomes(argoCd);
      assert.deepEqual(rehearsal.violations, []);
      const secrets = site.recording?.registrations.filter(({ type }) => type.endsWith(":Secret")) ?? [];
      assert.deepEqual(
        secrets
          .map(({ inputs }) => {
            const { name, labels } = inputs["metadata"] as { name: string; labels: object };
            return [name, labels];
          })
          .sort(),
        [
          ["cluster-edge", { "argocd.argoproj.io/secret-type": "cluster" }],
          ["repository-a", { "argocd.argoproj.io/secret-type": "repository" }],
        ],
      );
      const contents = secrets.map(({ inputs }) => (inputs["stringData"] as SecretValue).value as Record<string, string>);
      const config = JSON.parse(contents.find(({ config: each }) => each)?.["config"] ?? "") as { bearerToken: string };
      assert.match(config.bearerToken, SecretMarkers.pattern);
      assert.ok(!SecretMarkers.pattern.test(JSON.stringify(rehearsal)));
    });
  });
});
