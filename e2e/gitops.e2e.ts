import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { pulumi, stepsOf } from "../automation/real-engine/pulumi";
import { writeStackFile } from "../automation/real-engine/sandbox";
import type { Site } from "../automation/real-engine/site";
import { openSite } from "../automation/real-engine/site";
import { planned } from "../automation/stacks";
import type { PlannedStack } from "../automation/stacks";
import { gitopsFiles } from "../planner";
import { ApiError } from "../simulator/kubernetes-door/api-types";
import type { KubernetesObject } from "../simulator/kubernetes-door/api-types";
import { findBinaries } from "../simulator/kubernetes-door/binaries";
import { labUp } from "./lab-up";
import { until } from "./real-cluster";
import { clusterClient, destroyed, edited, succeeded, up } from "./stacks";
import { inTurn } from "./suite";

const NAMESPACE = "figures";
const DEPLOYMENT = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/metrics-server`;
const INSTANCE = "/apis/fluxcd.controlplane.io/v1/namespaces/flux-system/fluxinstances/flux";
const FLUX = { sync: { url: "https://git.example.org/platform/fleet.git", username: "robot" } };

interface HelmReleaseSpec {
  readonly releaseName: string;
  readonly targetNamespace: string;
  readonly chart: { readonly spec: { readonly chart: string; readonly version: string } };
  readonly values: object;
}

describe("GitOps with the real engine", function () {
  inTurn();
  const small = planned("examples/homelab-small.yaml");
  const stackWith = (addons: object): PlannedStack =>
    edited(small, (document) => {
      document.setIn(["config", "proxmox-talos:addons"], document.createNode(addons));
    });
  const managedBy = (manager: string): PlannedStack =>
    stackWith({ flux: FLUX, metricsServer: { namespace: NAMESPACE, managedBy: manager } });
  const [stack, leaving, gitops] = [managedBy("stack"), managedBy("leaving"), managedBy("gitops")];
  let site: Site;
  let first: Installed;

  before(async () => {
    site = await openSite(stack, { binaries: findBinaries().found });
    Object.assign(process.env, site.sandbox.environment);
  });
  after(() => site.close());

  it("has an instance that its operator holds on to, and that reads its credentials from a Secret", async () => {
    succeeded(await up(site, stack));
    await until(async () => (await client().get(INSTANCE)).metadata.finalizers?.length === 1);
    const { data } = await client().get<KubernetesObject & { data: Record<string, string> }>(
      "/api/v1/namespaces/flux-system/secrets/flux-repository",
    );
    assert.deepEqual(Object.keys(data).sort(), ["password", "username"]);
    assert.deepEqual(stepsOf(await up(site, stack)), []);
    first = await installed();
  });

  it("is handed no release in one step", async () => {
    writeStackFile(site.sandbox, gitops.text);
    const failure = await labUp(site, gitops);
    assert.equal(failure?.code, "consent-missing");
    assert.match(failure.message, /addons\.metricsServer\.managedBy: gitops would delete it; put leaving/);
    assert.deepEqual(await installed(), first);
  });

  it("is handed a release in two, neither of which touches it", async () => {
    writeStackFile(site.sandbox, leaving.text);
    assert.equal(await labUp(site, leaving), undefined);
    const kept = (await resources()).filter(({ retainOnDelete }) => retainOnDelete === true);
    assert.deepEqual(kept.map(({ urn }) => urn.split("::").at(-1)).sort(), [NAMESPACE, "metrics-server"]);
    assert.deepEqual(await installed(), first);

    const run = succeeded(await up(site, gitops));
    assert.deepEqual(
      stepsOf(run).map(({ op, type }) => `${op} ${type}`),
      ["delete kubernetes:helm.sh/v3:Release"],
    );
    assert.deepEqual(await installed(), first);
    assert.ok((await resources()).every(({ urn }) => !urn.includes("Release::metrics-server")));
    assert.deepEqual(stepsOf(await up(site, gitops)), []);
  });

  it("has manifests by which Helm finds the release, and changes nothing of it", async function () {
    const spec = gitopsFiles(gitops.plan)
      .flatMap(({ manifests }) => manifests)
      .find(({ kind }) => kind === "HelmRelease")?.spec as HelmReleaseSpec | undefined;
    assert.ok(spec);
    const [values, kubeconfig] = ["values.json", "kubeconfig"].map((name) => join(site.sandbox.dir, name)) as [string, string];
    writeFileSync(values, JSON.stringify(spec.values));
    const shown = succeeded(await pulumi(site.sandbox, ["stack", "output", "kubeconfig", "--show-secrets"]));
    writeFileSync(kubeconfig, shown.output, { mode: 0o600 });
    const { chart, version } = spec.chart.spec;
    const repository = ["--repo", "https://kubernetes-sigs.github.io/metrics-server", "--version", version];
    const where = ["--namespace", spec.targetNamespace, "--kubeconfig", kubeconfig, "--values", values];
    try {
      // Not in step: the doors that Helm asks are in this process.
      await promisify(execFile)("helm", ["upgrade", spec.releaseName, chart, ...repository, ...where], {
        env: site.sandbox.environment,
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") this.skip();
      throw error;
    }
    const { releases, ...rest } = await installed();
    assert.deepEqual(releases, [...first.releases, "sh.helm.release.v1.metrics-server.v2"]);
    assert.deepEqual(rest, { uid: first.uid, generation: first.generation });
    // Nobody tells the stack: it no longer asks.
    assert.deepEqual(stepsOf(await up(site, gitops)), []);
  });

  it("goes with its instance first, and leaves what it was handed", async () => {
    const without = stackWith({});
    succeeded(await up(site, without));
    await assert.rejects(client().get(INSTANCE), isMissing);
    await assert.rejects(client().get("/api/v1/namespaces/flux-system"), isMissing);
    assert.equal((await installed()).uid, first.uid);
    assert.deepEqual(stepsOf(await up(site, without)), []);
  });

  it("does not keep its stack from being destroyed", async () => {
    succeeded(await up(site, stackWith({ flux: FLUX })));
    await destroyed(site);
  });

  const client = (): ReturnType<typeof clusterClient> => clusterClient(site);

  /** What is in the cluster of the release. */
  async function installed(): Promise<Installed> {
    const { metadata } = await client().get<KubernetesObject & { metadata: { generation: number } }>(DEPLOYMENT);
    const { items } = await client().list(`/api/v1/namespaces/${NAMESPACE}/secrets`);
    const releases = items.map(({ metadata: { name } }) => name).filter((name) => name.startsWith("sh.helm.release.v1."));
    return { uid: metadata.uid ?? "", generation: metadata.generation, releases: releases.sort() };
  }

  async function resources(): Promise<readonly { readonly urn: string; readonly retainOnDelete?: boolean }[]> {
    const { output } = await pulumi(site.sandbox, ["stack", "export"]);
    const { deployment } = JSON.parse(output) as {
      deployment: { resources: { readonly urn: string; readonly retainOnDelete?: boolean }[] };
    };
    return deployment.resources;
  }
});

/** Its Deployment, and Helm's records of it. */
interface Installed {
  readonly uid: string;
  readonly generation: number;
  readonly releases: readonly string[];
}

function isMissing(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}
