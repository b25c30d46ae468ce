import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Platform } from "../../components/platform";
import { planOf, stackFile } from "../stacks";
import { ofType, settle, startMocks } from "./mocks";

/** Limits that each resource knows (schema of the provider 0.8.1: BootstrapTimeouts, KubeconfigTimeouts, Timeout). */
const KNOWN = {
  Bootstrap: ["create"],
  Kubeconfig: ["create", "update"],
  ConfigurationApply: ["create", "delete", "update"],
} as const;

describe("talos.timeoutMinutes", () => {
  async function declared(more: string): Promise<Record<keyof typeof KNOWN, unknown[]>> {
    await startMocks();
    const plan = planOf(stackFile({ more }));
    new Platform(plan.clusterName, { plan, apiToken: pulumi.secret("HIDDEN") });
    await settle();
    const of = (type: string): unknown[] => ofType(type).map(({ inputs }) => inputs["timeouts"]);
    return { Bootstrap: of("Bootstrap"), Kubeconfig: of("Kubeconfig"), ConfigurationApply: of("ConfigurationApply") };
  }

  it("is given to every limit that a resource knows: one that lacks any cannot be read back", async () => {
    const all = await declared("  proxmox-talos:talos: { timeoutMinutes: 7 }\n");
    for (const [type, limits] of Object.entries(KNOWN)) {
      const found = all[type as keyof typeof KNOWN];
      assert.ok(found.length > 0, type);
      for (const each of found) assert.deepEqual(each, Object.fromEntries(limits.map((limit) => [limit, "7m"])), type);
    }
  });

  it("is the provider's own where nobody says one", async () => {
    for (const found of Object.values(await declared(""))) assert.deepEqual([...new Set(found)], [undefined]);
  });
});
