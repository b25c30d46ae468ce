import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import * as talos from "@pulumiverse/talos";
import { before, describe, it } from "mocha";
import { startRecordingMocks } from "../recording-mocks";
import { PROJECT } from "../stacks";

interface Names {
  readonly resources: Record<
    string,
    { inputs: string[]; required: string[]; outputs: string[]; secretInputs: string[]; secretOutputs: string[] }
  >;
  readonly functions: Record<string, { inputs: string[]; required: string[]; outputs: string[] }>;
  readonly types: Record<string, string[]>;
}

const names = JSON.parse(readFileSync(join(PROJECT, "sdks", "talos", "names.json"), "utf8")) as Names;

/** Names as the compiler sees them: a missing or a surplus one does not compile. */
type Table<T> = { [K in keyof Required<T>]: true };

const secrets: Table<talos.machine.SecretsArgs> = { talosVersion: true };
const bootstrap: Table<talos.machine.BootstrapArgs> = {
  clientConfiguration: true,
  clientConfigurationWo: true,
  endpoint: true,
  node: true,
  timeouts: true,
};
const apply: Table<talos.machine.ConfigurationApplyArgs> = {
  applyMode: true,
  clientConfiguration: true,
  clientConfigurationWo: true,
  configPatches: true,
  endpoint: true,
  machineConfigurationInput: true,
  machineConfigurationInputWo: true,
  node: true,
  onDestroy: true,
  timeouts: true,
};
const kubeconfig: Table<talos.cluster.KubeconfigArgs> = {
  certificateRenewalDuration: true,
  clientConfiguration: true,
  endpoint: true,
  node: true,
  timeouts: true,
};
const schematic: Table<talos.imagefactory.SchematicArgs> = { schematic: true };
const getConfiguration: Table<talos.machine.GetConfigurationArgs> = {
  clusterEndpoint: true,
  clusterName: true,
  configPatches: true,
  docs: true,
  examples: true,
  kubernetesVersion: true,
  machineSecrets: true,
  machineType: true,
  talosVersion: true,
};
const getDisks: Table<talos.machine.GetDisksArgs> = {
  clientConfiguration: true,
  endpoint: true,
  node: true,
  selector: true,
  timeouts: true,
};
const getHealth: Table<talos.cluster.GetHealthArgs> = {
  clientConfiguration: true,
  controlPlaneNodes: true,
  endpoints: true,
  skipKubernetesChecks: true,
  timeouts: true,
  workerNodes: true,
};
const getKubeconfig: Table<talos.cluster.GetKubeconfigArgs> = {
  clientConfiguration: true,
  endpoint: true,
  node: true,
  timeouts: true,
  wait: true,
};
const getClientConfiguration: Table<talos.client.GetConfigurationArgs> = {
  clientConfiguration: true,
  clusterName: true,
  endpoints: true,
  nodes: true,
};
const getUrls: Table<talos.imagefactory.GetUrlsArgs> = {
  architecture: true,
  platform: true,
  sbc: true,
  schematicId: true,
  talosVersion: true,
};
const getVersions: Table<talos.imagefactory.GetVersionsArgs> = { filters: true };
const getExtensionsVersions: Table<talos.imagefactory.GetExtensionsVersionsArgs> = {
  exactFilters: true,
  filters: true,
  talosVersion: true,
};
const getOverlaysVersions: Table<talos.imagefactory.GetOverlaysVersionsArgs> = { filters: true, talosVersion: true };

type ResourceClass = new (name: string, args: never, opts?: pulumi.CustomResourceOptions) => pulumi.CustomResource;

const resources: Record<string, { class: ResourceClass; args: Record<string, true> }> = {
  "talos:machine/secrets:Secrets": { class: talos.machine.Secrets, args: secrets },
  "talos:machine/bootstrap:Bootstrap": { class: talos.machine.Bootstrap, args: bootstrap },
  "talos:machine/configurationApply:ConfigurationApply": { class: talos.machine.ConfigurationApply, args: apply },
  "talos:cluster/kubeconfig:Kubeconfig": { class: talos.cluster.Kubeconfig, args: kubeconfig },
  "talos:imageFactory/schematic:Schematic": { class: talos.imagefactory.Schematic, args: schematic },
};

type Invoke = (args: never) => unknown;

const functions: Record<string, { plain: Invoke; output: Invoke; args: Record<string, true> }> = {
  "talos:machine/getConfiguration:getConfiguration": {
    plain: talos.machine.getConfiguration,
    output: talos.machine.getConfigurationOutput,
    args: getConfiguration,
  },
  "talos:machine/getDisks:getDisks": { plain: talos.machine.getDisks, output: talos.machine.getDisksOutput, args: getDisks },
  "talos:cluster/getHealth:getHealth": { plain: talos.cluster.getHealth, output: talos.cluster.getHealthOutput, args: getHealth },
  "talos:cluster/getKubeconfig:getKubeconfig": {
    plain: talos.cluster.getKubeconfig,
    output: talos.cluster.getKubeconfigOutput,
    args: getKubeconfig,
  },
  "talos:client/getConfiguration:getConfiguration": {
    plain: talos.client.getConfiguration,
    output: talos.client.getConfigurationOutput,
    args: getClientConfiguration,
  },
  "talos:imageFactory/getUrls:getUrls": {
    plain: talos.imagefactory.getUrls,
    output: talos.imagefactory.getUrlsOutput,
    args: getUrls,
  },
  "talos:imageFactory/getVersions:getVersions": {
    plain: talos.imagefactory.getVersions,
    output: talos.imagefactory.getVersionsOutput,
    args: getVersions,
  },
  "talos:imageFactory/getExtensionsVersions:getExtensionsVersions": {
    plain: talos.imagefactory.getExtensionsVersions,
    output: talos.imagefactory.getExtensionsVersionsOutput,
    args: getExtensionsVersions,
  },
  "talos:imageFactory/getOverlaysVersions:getOverlaysVersions": {
    plain: talos.imagefactory.getOverlaysVersions,
    output: talos.imagefactory.getOverlaysVersionsOutput,
    args: getOverlaysVersions,
  },
};

/** Text for every property: what matters is that it arrives under its name. */
const filled = (properties: readonly string[]): Record<string, string> =>
  Object.fromEntries(properties.map((name) => [name, `value of ${name}`]));

const settled = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => output.apply(resolve));

describe("@pulumiverse/talos", () => {
  const registered: pulumi.runtime.MockResourceArgs[] = [];
  const called: pulumi.runtime.MockCallArgs[] = [];
  let requests: readonly RegisterResourceRequest[] = [];
  before(async () => {
    requests = await startRecordingMocks({
      newResource: (args) => {
        registered.push(args);
        return { id: `${args.name}-id`, state: { ...(args.inputs as Record<string, unknown>) } };
      },
      call: (args) => {
        called.push(args);
        return args.inputs as Record<string, unknown>;
      },
    });
  });

  it("has every resource and function of the provider, and no other", () => {
    assert.deepEqual(Object.keys(resources).sort(), Object.keys(names.resources).sort());
    assert.deepEqual(Object.keys(functions).sort(), Object.keys(names.functions).sort());
  });

  for (const [token, { class: Class, args }] of Object.entries(resources)) {
    const table = names.resources[token]!;
    describe(token, () => {
      it("takes exactly the provider's inputs and registers them under its token", async () => {
        assert.deepEqual(Object.keys(args).sort(), table.inputs);
        const resource = new Class(`${token} full`, { ...filled(table.inputs), surplus: "x" } as never);
        await settled(resource.urn);
        const mine = registered.find(({ name }) => name === `${token} full`);
        assert.equal(mine?.type, token);
        assert.deepEqual(Object.keys(mine.inputs as object).sort(), table.inputs);
      });

      it("has exactly the provider's outputs, secret where they are", async () => {
        const resource = new Class(`${token} outputs`, filled(table.inputs) as never) as unknown as Record<
          string,
          pulumi.Output<unknown>
        >;
        for (const name of table.outputs) {
          assert.ok(pulumi.Output.isInstance(resource[name]), name);
          const expected = table.secretInputs.includes(name);
          assert.equal(await pulumi.isSecret(resource[name]), expected, `${name} secret`);
        }
        // The engine marks the others, on request.
        const request = requests.find((each) => each.getName() === `${token} outputs`);
        assert.deepEqual(request?.getAdditionalsecretoutputsList().sort(), table.secretOutputs);
        const own = Object.keys(resource).filter((name) => !name.startsWith("__") && pulumi.Output.isInstance(resource[name]));
        assert.deepEqual(own.filter((name) => name !== "urn" && name !== "id").sort(), table.outputs);
      });

      for (const required of table.required) {
        it(`fails when ${required} is missing`, () => {
          const rest = Object.fromEntries(Object.entries(filled(table.inputs)).filter(([name]) => name !== required));
          assert.throws(() => new Class(`${token} without`, rest as never), {
            message: `Missing required property '${required}'`,
          });
        });
      }

      it("is recognised and can be looked up by its id", async () => {
        const Static = Class as unknown as {
          isInstance(value: unknown): boolean;
          get(name: string, id: string): pulumi.CustomResource;
        };
        const found = Static.get(`${token} found`, "known-id");
        assert.ok(Static.isInstance(found));
        assert.ok(!Static.isInstance({}) && !Static.isInstance(null));
        await settled(found.id);
      });
    });
  }

  for (const [token, { plain, output, args }] of Object.entries(functions)) {
    it(`${token} sends exactly the provider's arguments under its token, both ways`, async () => {
      const table = names.functions[token]!;
      assert.deepEqual(Object.keys(args).sort(), table.inputs);
      const given = { ...filled(table.inputs), surplus: "x" } as never;
      await (plain(given) as Promise<unknown>);
      await settled(output(given) as pulumi.Output<unknown>);
      const mine = called.filter((call) => call.token === token);
      assert.equal(mine.length, 2);
      for (const call of mine) assert.deepEqual(Object.keys(call.inputs as object).sort(), table.inputs);
    });
  }

  it("can be imported by the published package's module paths", () => {
    for (const path of [
      "machine",
      "machine/secrets",
      "machine/configurationApply",
      "cluster",
      "cluster/kubeconfig",
      "client",
      "imagefactory",
      "imagefactory/schematic",
      "provider",
      "config",
    ]) {
      assert.ok(require.resolve(`@pulumiverse/talos/${path}`), path);
    }
  });

  it("has an explicit provider", async () => {
    const provider = new talos.Provider("explicit", { imageFactoryUrl: "https://factory.test" });
    await settled(provider.urn);
    assert.equal(registered.find(({ name }) => name === "explicit")?.type, "pulumi:providers:talos");
    assert.ok(talos.Provider.isInstance(provider));
  });
});
