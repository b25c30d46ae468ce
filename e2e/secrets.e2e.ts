import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pulumi, stepsOf } from "../automation/real-engine/pulumi";
import { REHEARSAL_SECRETS, openSite } from "../automation/real-engine/site";
import { planned } from "../automation/stacks";
import { SECRETS } from "../config/secrets";
import { findBinaries } from "../simulator/kubernetes-door/binaries";
import { succeeded } from "./stacks";

describe("secrets of parts of a stack", () => {
  it("reach the machines and the cluster, and stand in no state and no output of the engine", async () => {
    const site = await openSite(planned("examples/platform.yaml"), { binaries: findBinaries().found });
    try {
      const run = succeeded(await pulumi(site.sandbox, ["up", "--yes", "--skip-preview"]));
      const state = join(site.sandbox.dir, "state");
      const files = readdirSync(state, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      const kept = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8")).join("\n");
      assert.ok(kept.includes("TS_HOSTNAME=platform-work-00"), "the settings beside the key are no secret");
      for (const { key } of Object.values(SECRETS)) {
        const secret = REHEARSAL_SECRETS[key] ?? "";
        for (const form of [secret, Buffer.from(secret).toString("base64")]) {
          assert.ok(![run.output, kept].some((text) => text.includes(form)), key);
        }
      }
      // The engine's log of events is another matter: in it the provider's own copy of a Kubernetes Secret is in the clear.
      assert.ok(!JSON.stringify(run.events).includes(REHEARSAL_SECRETS["tailscale:authKey"] ?? ""));
      const client = site.doors.kubernetes?.clusters[0]?.client;
      const { items } = (await client?.list<{ data: Record<string, string> }>(
        "/api/v1/namespaces/tailscale/secrets?fieldSelector=metadata.name%3Doperator-oauth",
      )) ?? { items: [] };
      assert.deepEqual(
        items.map(({ data }) => Buffer.from(data["client_secret"] ?? "", "base64").toString()),
        [REHEARSAL_SECRETS["tailscale:oauthClientSecret"]],
      );
      assert.deepEqual(stepsOf(succeeded(await pulumi(site.sandbox, ["up", "--yes", "--skip-preview"]))), []);
    } finally {
      await site.close();
    }
  });
});
