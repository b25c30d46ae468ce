import assert from "node:assert/strict";
import { Provider } from "@pulumi/kubernetes/provider";
import type * as pulumi from "@pulumi/pulumi";
import { describe, it } from "mocha";
import { declareAddons } from "../../components/addons/addons";
import { HelmAddon } from "../../components/addons/helm-addon";
import type { HelmAddonArgs } from "../../components/addons/helm-addon";
import type { PlannedRelease } from "../../planner/plan";
import { planOf, stackFile } from "../stacks";
import { ofType, settle, startMocks } from "./mocks";

const nameOf = (urn: string): string => urn.split("::").at(-1) ?? "";

describe("an add-on that is more than a release", () => {
  it("is declared by its own class, after what it waits for", async () => {
    const { addons } = planOf(stackFile({ more: "  proxmox-talos:addons: { loki: {} }\n" }));
    const { cilium } = addons;
    assert.ok(cilium);
    class Loki extends HelmAddon {
      constructor(name: string, args: HelmAddonArgs, opts?: pulumi.ComponentResourceOptions) {
        super(name, args, opts);
        new HelmAddon(`${name}-more`, { ...args, release: cilium as PlannedRelease }, { parent: this });
      }
    }
    await startMocks();
    const provider = new Provider("provider", {});
    declareAddons({
      opts: {},
      provider,
      addons,
      namespaces: new Map(),
      api: provider,
      access: { endpoint: "https://10.0.0.1:6443", kubeconfig: {} },
      classes: { loki: Loki },
    });
    await settle();
    assert.deepEqual(
      ofType("Release").map(({ name, dependencies }) => [name, ...dependencies.map(nameOf).sort()]),
      [["cilium", "provider"], ["loki", "cilium", "provider"], ["loki-more"]],
    );
  });
});
