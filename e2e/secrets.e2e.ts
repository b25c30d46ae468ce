import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pulumi, stepsOf } from "../automation/real-engine/pulumi";
import { openSite, rehearsalSecrets } from "../automation/real-engine/site";
import type { Site } from "../automation/real-engine/site";
import { planned } from "../automation/stacks";
import { findBinaries } from "../simulator/kubernetes-door/binaries";
import { clusterClient, succeeded } from "./stacks";

describe("secrets of parts of a stack", () => {
  it("reach the machines and the cluster, and stand in no state and no output of the engine", async () => {
    await keeps("examples/platform.yaml", async (site, { kept, secrets, events }) => {
      assert.ok(kept.includes("TS_HOSTNAME=platform-work-00"), "the settings beside the key are no secret");
      // The engine's log of events is another matter: in it the provider's own copy of a Kubernetes Secret is in the clear.
      assert.ok(!JSON.stringify(events).includes(secrets["tailscale:authKey"] ?? ""));
      const { client_secret: secret } = await contentOf(site, "tailscale", "operator-oauth");
      assert.equal(secret, secrets["tailscale:oauthClientSecret"]);
    });
  });

  it("reach Argo CD in the forms that it reads, one for each repository and cluster", async () => {
    await keeps("examples/argo-cd.yaml", async (site, { secrets }) => {
      const repository = await contentOf(site, "argocd", "repository-fleet");
      assert.deepEqual(
        [repository["url"], repository["sshPrivateKey"]],
        ["ssh://git@git.example.org/platform/fleet.git", secrets["argocd:repository-fleet"]],
      );
      const { config = "" } = await contentOf(site, "argocd", "cluster-edge");
      assert.equal((JSON.parse(config) as { bearerToken: string }).bearerToken, secrets["argocd:cluster-edge"]);
      const { items } = await clusterClient(site).list("/apis/argoproj.io/v1alpha1/namespaces/argocd/applications");
      assert.deepEqual(items.map(({ metadata }) => metadata.name).sort(), ["root", "shop"]);
    });
  });
});

interface Deployed {
  /** All of the state. */
  readonly kept: string;
  /** Stand-ins by key. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly events: readonly object[];
}

/** Deploys a stack and looks for its secrets where none may be. */
async function keeps(file: string, look: (site: Site, deployed: Deployed) => Promise<void>): Promise<void> {
  const stack = planned(file);
  const secrets = rehearsalSecrets(stack.config);
  const site = await openSite(stack, { binaries: findBinaries().found });
  try {
    const run = succeeded(await pulumi(site.sandbox, ["up", "--yes", "--skip-preview"]));
    const state = join(site.sandbox.dir, "state");
    const files = readdirSync(state, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const kept = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8")).join("\n");
    for (const [key, secret] of Object.entries(secrets)) {
      for (const form of [secret, Buffer.from(secret).toString("base64")]) {
        assert.ok(![run.output, kept].some((text) => text.includes(form)), key);
      }
    }
    await look(site, { kept, secrets, events: run.events });
    assert.deepEqual(stepsOf(succeeded(await pulumi(site.sandbox, ["up", "--yes", "--skip-preview"]))), []);
  } finally {
    await site.close();
  }
}

/** What a Secret of the cluster holds. */
async function contentOf(site: Site, namespace: string, name: string): Promise<Readonly<Record<string, string>>> {
  const { data } = await clusterClient(site).get<{
    readonly metadata: { readonly name: string };
    readonly data: Record<string, string>;
  }>(`/api/v1/namespaces/${namespace}/secrets/${name}`);
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]));
}
