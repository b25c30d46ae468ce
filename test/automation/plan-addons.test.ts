import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { describe, it } from "mocha";
import { parse, parseAllDocuments } from "yaml";
import { renderFootprint } from "../../automation/render/footprint";
import { renderAddons } from "../../automation/render/addons";
import { renderPlan } from "../../automation/render/plan";
import { createStyle } from "../../automation/render/style";
import { displayWidth } from "../../automation/render/text";
import { addonsJson, gitopsFiles, planJson } from "../../planner";
import { lab } from "../lab";
import { PROJECT, planOf, stackFile } from "../stacks";

const EXAMPLE = "examples/observability.yaml";
const style = (columns: number, color = false): ReturnType<typeof createStyle> => createStyle({ columns, unicode: true, color });
const observability = planOf(readFileSync(join(PROJECT, EXAMPLE), "utf8"), "observability");

const withAddons = (addons: string): string => stackFile({ more: `  proxmox-talos:addons: ${addons}\n` });

/** What a lookup by Helm's notation of paths finds. */
function at(values: unknown, path: string): unknown {
  const keys = path.split(/(?<!\\)\./).map((key) => key.replaceAll("\\.", "."));
  return keys.reduce<unknown>((value, key) => (value as Record<string, unknown> | null)?.[key], values);
}

describe("lab plan --addons", function () {
  this.timeout(60_000);

  it("shows chart, version, namespace and each value beside where it comes from", () => {
    const text = withAddons(
      "{ cilium: { enabled: false }, tempo: { retentionHours: 5, values: { nodeSelector: { kubernetes.io/os: linux }, affinity: null } } }",
    );
    assert.deepEqual(renderAddons(planOf(text), style(130)), [
      "tempo 2.2.4 · oci://ghcr.io/grafana-community/helm-charts/tempo · namespace monitoring",
      "  affinity: null             stack addons.tempo.values.affinity",
      "  nodeSelector:",
      "    kubernetes.io/os: linux  stack addons.tempo.values.nodeSelector.kubernetes\\.io/os",
      "  persistence:",
      "    enabled: false           base",
      "  replicas: 1                base",
      "  tempo:",
      "    reportingEnabled: false  base",
      "    resources:",
      "      requests:",
      "        cpu: 50m             overlay homelab",
      "        memory: 256Mi        overlay homelab",
      "    retention: 5h            stack addons.tempo.retentionHours",
      "    storage:",
      "      trace:",
      "        backend: local       base",
    ]);
    assert.deepEqual(renderAddons(planOf(withAddons("{ cilium: { enabled: false } }")), style(110)), ["no add-ons"]);
  });

  it("is YAML on the left, lists and maps and all, whatever the values are", () => {
    const odd = `{ "a": "yes", "b c": "# no comment", "n": "1", "list": [{ x: 1, "y: z": [] }, {}], "empty": {}, "text": "two  words", "lines": "one\\n  two of more than forty characters, which YAML breaks\\n\\nthree", "twice": [{ one: &x { z: 1 }, other: *x }] }`;
    const plan = planOf(withAddons(`{ loki: { values: { odd: ${odd} } } }`));
    const wide = { ...style(140), columns: 1000 };
    for (const { addons } of [plan, observability]) {
      for (const [key, release] of Object.entries(addons)) {
        const lines = renderAddons({ addons: { [key]: release } }, wide).slice(1);
        const left = lines.map((line) => line.replace(/ {2,}(base|overlay \w+|stack addons\..*)$/, "")).join("\n");
        assert.deepEqual(parse(left), release.values);
        // Neither an anchor nor what points at one.
        assert.doesNotMatch(left, /(?:^|[\s[,])[&*]\w/m);
      }
    }
  });

  it("stays in a terminal of any width, and says the same with colours", () => {
    for (const columns of [60, 80, 100, 130]) {
      const lines = renderAddons(observability, style(columns));
      for (const line of lines) assert.ok(displayWidth(line) <= columns, `${columns}: ${line}`);
      assert.deepEqual(renderAddons(observability, style(columns, true)).map(stripVTControlCharacters), lines);
    }
    const deep = planOf(withAddons(`{ loki: { values: ${"{ key: ".repeat(30)}1${" }".repeat(30)} } }`));
    for (const line of renderAddons(deep, style(60))) assert.ok(displayWidth(line) <= 60, line);
  });

  it("adds to what the plan shows, which stays as it is", () => {
    const [without, shown] = [renderPlan(observability, style(110)), renderPlan(observability, style(110), { addons: true })];
    const extra = [...renderFootprint(observability, style(110)), "", ...renderAddons(observability, style(110))];
    const start = shown.indexOf(extra[0] ?? "");
    assert.deepEqual(shown.slice(start, start + extra.length), extra);
    assert.deepEqual([...shown.slice(0, start), ...shown.slice(start + extra.length + 1)], without);
  });

  it("begins with what each asks for, may take at most, and how many of its pods ask for nothing", () => {
    const lines = renderFootprint(planOf(withAddons("{ longhorn: {}, keda: {} }")), style(80));
    assert.deepEqual(lines, [
      "add-on      pods  CPUs  GiB  limit  limit  unset",
      "cilium         5  0.13  0.6      –      –      –",
      "keda           3  0.07  0.2   3.00    2.9      –",
      "longhorn       4  0.27  0.1      –      –      2",
      "on workers        0.61  0.8",
    ]);
  });

  it("shows custom resources below what they come with, each leaf beside where it comes from", () => {
    const pool = "{ loadBalancerPools: { pub: { addresses: [203.0.113.8/29] } } }";
    const lines = renderAddons(planOf(withAddons(`{ cilium: ${pool} }`)), style(130));
    const start = lines.indexOf("  cilium.io/v2 CiliumLoadBalancerIPPool pub");
    assert.deepEqual(
      lines.slice(start + 1).map((line) => line.replace(/ {2,}(?=stack)/, "  ")),
      ["    blocks:  stack addons.cilium.loadBalancerPools.pub.addresses", "      - {cidr: 203.0.113.8/29}"],
    );
  });

  it("has the routers' side instead of the plan where that is asked for", async () => {
    const run = async (...args: string[]): Promise<string> => (await lab("plan", ...args)).stdout;
    const text = await run("examples/bgp.yaml", "--frr");
    assert.deepEqual(text.match(/^! frr.conf of .*$/gm), [
      "! frr.conf of core: its side of BGP with the cluster edge.",
      "! frr.conf of home: its side of BGP with the cluster edge.",
    ]);
    assert.equal(text.match(/^end$/gm)?.length, 2);
    const { frr } = JSON.parse(await run("examples/bgp.yaml", "--frr", "--json")) as { frr: { peer: string; text: string }[] };
    assert.deepEqual(
      frr.map(({ peer }) => peer),
      ["core", "home"],
    );
    assert.equal(await run("examples/my-cluster.yaml", "--frr"), "! no router: addons.cilium.bgp is off\n");
  });

  it("has what takes releases over instead of the plan where that is asked for, as files of YAML and as JSON", async () => {
    const { stdout, code } = await lab("plan", "examples/flux.yaml", "--gitops");
    assert.equal(code, 0);
    const files = gitopsFiles(planOf(readFileSync(join(PROJECT, "examples", "flux.yaml"), "utf8"), "flux"));
    assert.deepEqual(
      [...stdout.matchAll(/^---\n# (.*)$/gm)].map(([, path]) => path),
      ["clusters/fleet/cert-manager.yaml", "resources/fleet/cert-manager/resources.yaml"],
    );
    assert.deepEqual(
      parseAllDocuments(stdout).map((document) => document.toJS() as unknown),
      files.flatMap(({ manifests }) => manifests),
    );
    const { gitops, addons } = JSON.parse((await lab("plan", "examples/flux.yaml", "--gitops", "--json")).stdout) as Record<
      string,
      unknown
    >;
    assert.deepEqual([gitops, addons], [files, undefined]);
    const nothing = (await lab("plan", "examples/my-cluster.yaml", "--gitops")).stdout;
    assert.equal(nothing, "# nothing to commit: no add-on has managedBy: leaving or gitops\n");
    assert.equal((await lab("plan", "examples/flux.yaml", "--gitops", "--frr")).code, 2);
  });

  it("has every value and its origin as JSON, in stable order, and only when asked", async () => {
    const run = async (...more: string[]): Promise<Record<string, unknown>> =>
      JSON.parse((await lab("plan", join(PROJECT, EXAMPLE), "--json", ...more)).stdout) as Record<string, unknown>;
    const document = await run("--addons");
    const { addons, ...rest } = document as {
      addons: { name: string; values: object; origins: { path: string; from: string }[] }[];
    };
    assert.deepEqual(rest, JSON.parse(JSON.stringify(planJson(observability))));
    assert.deepEqual(rest, await run());
    assert.deepEqual(addons, JSON.parse(JSON.stringify(addonsJson(observability))));
    assert.deepEqual(
      addons.map(({ name }) => name),
      ["cilium", "alloy", "longhorn", "kube-prometheus-stack", "loki", "tempo"],
    );
    for (const addon of addons) {
      assert.deepEqual(Object.keys(addon), [
        "name",
        "chart",
        "version",
        "repository",
        "namespace",
        "managedBy",
        "values",
        "origins",
        "resources",
      ]);
      for (const { path, from } of addon.origins) {
        assert.notEqual(at(addon.values, path), undefined, path);
        assert.match(from, /^(base|overlay prod|stack addons\..+)$/);
      }
      const paths = addon.origins.map(({ path }) => path);
      assert.deepEqual([...new Set(paths)], paths);
      assert.deepEqual(Object.keys(addon.values), Object.keys(addon.values).sort());
    }
  });
});
