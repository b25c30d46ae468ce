import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { parseStackFile } from "../../../config/parse";
import { planStack } from "../../../planner";
import { hosts, planOf, stackFile } from "../../stacks";
import { addonsIn, at, valuesOf } from "../../addons";

const URL = "https://example.org/platform/fleet.git";

const withFlux = (flux: object): string =>
  stackFile({ hosts: hosts(1), more: `  proxmox-talos:addons: { flux: ${JSON.stringify(flux)} }\n` });

/** The FluxInstance of a stack. */
function instance(flux: object): { readonly spec: Readonly<Record<string, unknown>>; readonly from: (path: string) => string } {
  const [resource] = planOf(withFlux(flux)).addons.flux?.resources ?? [];
  assert.ok(resource);
  return {
    spec: resource.spec,
    from: (path) => resource.origins.find((each) => each.path === path)?.from ?? "",
  };
}

const secretsOf = (sync: object) => planOf(withFlux({ sync })).addons.flux?.secrets;

/** `path: message` of what is wrong with it. */
function problemsOf(flux: object): string[] {
  const parsed = parseStackFile(withFlux(flux), "test.yaml");
  const planned = parsed.ok ? planStack(parsed.config, "test") : parsed;
  return planned.ok ? [] : planned.problems.map(({ path, message }) => `${path}: ${message}`);
}

describe("Flux", () => {
  it("is an operator, and one FluxInstance in its namespace that waits for it", () => {
    const { flux } = planOf(withFlux({ sync: { url: URL } })).addons;
    assert.deepEqual(
      flux?.resources.map(({ apiVersion, kind, metadata, after }) => [apiVersion, kind, metadata, after]),
      [["fluxcd.controlplane.io/v1", "FluxInstance", { name: "flux", namespace: "flux-system" }, ["flux"]]],
    );
    assert.deepEqual([flux.version, flux.managedBy], ["0.49.0", "stack"]);
  });

  it("has a pinned distribution and follows the folder of its cluster", () => {
    const { spec, from } = instance({ sync: { url: URL } });
    assert.deepEqual(spec["distribution"], { registry: "ghcr.io/fluxcd", version: "2.8.7" });
    assert.deepEqual(spec["sync"], {
      interval: "1m",
      kind: "GitRepository",
      path: "clusters/lab",
      ref: "refs/heads/main",
      url: URL,
    });
    assert.deepEqual(["distribution.version", "sync.url", "sync.kind", "sync.path"].map(from), [
      "base",
      "stack addons.flux.sync.url",
      "stack addons.flux.sync.url",
      "base",
    ]);
  });

  it("is small in a lab and larger in prod, and asks for what it is told", () => {
    const sizes = ["homelab", "prod"].map((environment) => addonsIn(environment).flux?.resources[0]?.spec["cluster"]);
    assert.deepEqual(
      sizes.map((each) => (each as { size: string }).size),
      ["small", "medium"],
    );
    const { spec } = instance({
      components: ["source-controller", "kustomize-controller"],
      size: "large",
      multitenant: true,
      networkPolicy: false,
      sync: { url: "oci://example.org/platform/fleet", path: "x", intervalMinutes: 7 },
    });
    assert.deepEqual(spec["cluster"], {
      domain: "cluster.local",
      multitenant: true,
      networkPolicy: false,
      size: "large",
      type: "kubernetes",
    });
    assert.deepEqual(spec["components"], ["source-controller", "kustomize-controller"]);
    assert.deepEqual(spec["sync"], {
      interval: "7m",
      kind: "OCIRepository",
      path: "x",
      ref: "latest",
      url: "oci://example.org/platform/fleet",
    });
  });

  it("keeps ResourceSets to their rights as well where several share the cluster, and shows no page", () => {
    assert.deepEqual(valuesOf(addonsIn("prod").flux, ["web.enabled", "resources.requests.cpu"]), [false, undefined]);
    const shared = addonsIn("homelab", { flux: { multitenant: true, sync: { url: URL } } }).flux;
    assert.equal(at(shared, "multitenancy.enabled"), "true < stack addons.flux.multitenant");
    assert.equal(at(shared, "resources.requests.memory"), '"64Mi" < overlay homelab');
  });

  it("reads its credentials from a Secret of the kind that its repository takes", () => {
    assert.deepEqual(secretsOf({ url: URL }), []);
    assert.deepEqual(secretsOf({ url: URL, username: "robot" }), [
      { name: "flux-repository", secret: "fluxPassword", data: { username: "robot", password: "<secret>" } },
    ]);
    assert.deepEqual(secretsOf({ url: "ssh://git@example.org/a/b.git", knownHosts: "example.org ssh-ed25519 AAAA" }), [
      {
        name: "flux-repository",
        secret: "fluxSshKey",
        data: { identity: "<secret>", known_hosts: "example.org ssh-ed25519 AAAA" },
      },
    ]);
    assert.deepEqual(secretsOf({ url: "oci://example.org:5000/a/b", username: "robot" }), [
      {
        name: "flux-repository",
        secret: "fluxPassword",
        type: "kubernetes.io/dockerconfigjson",
        data: { ".dockerconfigjson": '{"auths":{"example.org:5000":{"username":"robot","password":<secret as JSON>}}}' },
      },
    ]);
    const { spec } = instance({ sync: { url: URL, username: "robot" } });
    assert.equal((spec["sync"] as { pullSecret: string }).pullSecret, "flux-repository");
  });

  it("is refused without the keys of an SSH server, and with what its URL has no use for", () => {
    const ssh = "ssh://git@example.org/a/b.git";
    assert.deepEqual(problemsOf({ sync: { url: ssh } }), [
      "addons.flux.sync.knownHosts: Flux talks to no SSH server whose keys it does not know",
    ]);
    assert.deepEqual(problemsOf({ sync: { url: ssh, knownHosts: "a ssh-rsa AAAA", username: "git" } }), [
      "addons.flux.sync.username: SSH has its user in the URL",
    ]);
    assert.deepEqual(problemsOf({ sync: { url: URL, knownHosts: "a ssh-rsa AAAA" } }), [
      `addons.flux.sync.knownHosts: ${URL} is not reached by SSH`,
    ]);
  });

  it("is scraped where Prometheus runs", () => {
    const jobs = addonsIn("prod").kubePrometheusStack?.values["prometheus"] as {
      prometheusSpec: { additionalScrapeConfigs: { job_name: string }[] };
    };
    const names = jobs.prometheusSpec.additionalScrapeConfigs.map((job) => job.job_name);
    assert.ok(names.includes("flux-operator"));
    assert.ok(!names.includes("argo-cd"));
  });
});
