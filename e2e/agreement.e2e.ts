import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import type { StackConfig } from "../config/schema";
import { datacenterSpec } from "../automation/datacenter-spec";
import { changesOf, pulumi } from "../automation/real-engine/pulumi";
import { rehearsalSecrets } from "../automation/real-engine/site";
import { PROJECT_DIR, planned } from "../automation/stacks";
import { findBinaries } from "../simulator/kubernetes-door/binaries";
import { rehearse } from "../simulator";
import type { Exchange } from "../simulator";
import { differences, exchangesIn } from "./agreement";
import { sites } from "./suite";

const EXAMPLES = readdirSync(join(PROJECT_DIR, "examples"))
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => join("examples", file));

const PROVIDER_CALLS = join(PROJECT_DIR, "test", "simulator", "wire", "provider-calls.json");

describe("the real engine and the embedded one", () => {
  const open = sites();
  const seen = new Set<string>();

  for (const name of ["homelab", "prod", ...EXAMPLES]) {
    it(`are asked the same for ${name}, request by request`, async () => {
      const stack = planned(name);
      const site = await open(stack, { binaries: findBinaries().found });
      const log = join(site.sandbox.dir, "grpc.json");
      const run = await pulumi(site.sandbox, ["up", "--yes", "--skip-preview"], { environment: { PULUMI_DEBUG_GRPC: log } });
      assert.equal(run.code, 0, run.output.split("\n").slice(-60).join("\n"));
      for (const { method, endpoint } of site.doors.proxmox.calls) seen.add(`${method} ${endpoint}`);
      const real = exchangesIn(log);
      const embedded: Exchange[] = [];
      await rehearse({
        stack: stack.stack,
        // The embedded engine has no key to decrypt with: both get the same stand-ins in the clear.
        stackText: withSecrets(stack.text, stack.config),
        projectDir: PROJECT_DIR,
        datacenter: datacenterSpec(stack.config),
        onExchange: (exchange) => embedded.push(exchange),
      });
      assert.deepEqual(differences(real, embedded), []);
      console.log(`      ${changesOf(run)["create"] ?? 0} resources in ${run.seconds.toFixed(1)} s, ${real.length} requests`);
    });
  }

  it("have the providers call nothing of Proxmox that is not on record", () => {
    const { proxmox } = JSON.parse(readFileSync(PROVIDER_CALLS, "utf8")) as { proxmox: string[] };
    assert.deepEqual(
      [...seen].sort().filter((call) => !proxmox.includes(call)),
      [],
    );
  });
});

function withSecrets(text: string, config: StackConfig): string {
  const document = parseDocument(text);
  for (const [key, value] of Object.entries(rehearsalSecrets(config))) document.setIn(["config", key], value);
  return document.toString();
}
