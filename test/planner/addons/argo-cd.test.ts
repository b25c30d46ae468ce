import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { parseStackFile } from "../../../config/parse";
import { planStack } from "../../../planner";
import { valueAt } from "../../../planner/addons/layers";
import type { PlannedRelease } from "../../../planner/plan";
import { WITH_ARGO_CD, addonsIn, at, valuesOf } from "../../addons";
import { hosts, planOf, stackFile } from "../../stacks";

const FLEET = "https://example.org/platform/fleet.git";

const textWith = (argoCd: object): string =>
  stackFile({ hosts: hosts(1), more: `  proxmox-talos:addons: { argoCd: ${JSON.stringify(argoCd)} }\n` });

function planned(argoCd: object): PlannedRelease {
  const release = planOf(textWith(argoCd)).addons.argoCd;
  assert.ok(release);
  return release;
}

const inClass = (environment: string, argoCd: object = WITH_ARGO_CD.argoCd): PlannedRelease | undefined =>
  addonsIn(environment, { ...WITH_ARGO_CD, argoCd }).argoCd;

/** `path: message` of what is wrong with it. */
function problemsOf(argoCd: object): string[] {
  const parsed = parseStackFile(textWith(argoCd), "test.yaml");
  const result = parsed.ok ? planStack(parsed.config, "test") : parsed;
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
}

const REPOSITORIES = { fleet: { url: FLEET }, charts: { url: "oci://example.org/charts" } };

describe("Argo CD", () => {
  it("is one pod of each part in a lab, and two with budgets and a cache on three machines in prod", () => {
    const paths = ["server.replicas", "repoServer.replicas", "applicationSet.replicas", "redis-ha.enabled", "server.pdb"];
    assert.deepEqual(valuesOf(inClass("homelab"), paths), [1, 1, 1, false, undefined]);
    assert.deepEqual(valuesOf(inClass("prod"), paths), [2, 2, 2, true, { enabled: true, maxUnavailable: 1 }]);
    const prod = inClass("prod");
    assert.equal(at(prod, "redis-ha.enabled"), "true < overlay prod");
    assert.ok(Array.isArray(valueAt(prod?.values, "repoServer.topologySpreadConstraints")));
    assert.equal(valueAt(prod?.values, "controller.topologySpreadConstraints"), undefined);
    const asked = inClass("prod", { ...WITH_ARGO_CD.argoCd, replicas: 1, redisHa: false });
    assert.deepEqual(valuesOf(asked, paths), [1, 1, 1, false, undefined]);
    assert.equal(at(asked, "server.replicas"), "1 < stack addons.argoCd.replicas");
  });

  it("says what each pod asks for, of the cache that is there", () => {
    const paths = [
      "notifications.resources.requests.cpu",
      "redis.resources.requests.memory",
      "redis-ha.redis.resources.requests",
    ];
    assert.deepEqual(valuesOf(inClass("homelab"), paths), ["10m", "32Mi", undefined]);
    assert.deepEqual(valuesOf(inClass("prod"), paths), ["25m", undefined, { cpu: "50m", memory: "128Mi" }]);
  });

  it("keeps its cache on one machine where there are not three", () => {
    const text = textWith({ repositories: REPOSITORIES }).replace(/environment: \w+/, "environment: prod");
    assert.equal(valueAt(planOf(text).addons.argoCd?.values, "redis-ha.enabled"), false);
  });

  it("has no password among its values, and its metrics where Prometheus looks for them", () => {
    const release = inClass("prod");
    assert.doesNotMatch(JSON.stringify(release?.values), /password|Password/);
    const { kubePrometheusStack } = addonsIn("prod", WITH_ARGO_CD);
    const jobs = valueAt(kubePrometheusStack?.values, "prometheus.prometheusSpec.additionalScrapeConfigs") as {
      job_name: string;
      relabel_configs: { regex: string }[];
    }[];
    assert.equal(
      jobs.find(({ job_name }) => job_name === "argo-cd")?.relabel_configs[0]?.regex,
      "argocd-application-controller-metrics;8082|argocd-server-metrics;8083|argocd-repo-server-metrics;8084",
    );
  });

  it("has each repository and cluster in a Secret that it finds by its label", () => {
    const { secrets } = planned({
      repositories: {
        public: { url: FLEET },
        password: { url: FLEET, username: "robot" },
        ssh: { url: "ssh://git@example.org/a/b.git" },
        charts: { url: "https://example.org/charts", type: "helm" },
        registry: { url: "oci://example.org/charts", username: "robot" },
      },
      clusters: { edge: { server: "https://10.4.0.99:6443", caData: "QUJD" }, far: { server: "https://far.example.org" } },
    });
    const repository = { labels: { "argocd.argoproj.io/secret-type": "repository" } };
    const cluster = { labels: { "argocd.argoproj.io/secret-type": "cluster" } };
    assert.deepEqual(secrets, [
      { name: "repository-public", ...repository, data: { name: "public", url: FLEET, type: "git" } },
      {
        name: "repository-password",
        ...repository,
        secret: "argocd:repository-password",
        data: { name: "password", url: FLEET, type: "git", username: "robot", password: "<secret>" },
      },
      {
        name: "repository-ssh",
        ...repository,
        secret: "argocd:repository-ssh",
        data: { name: "ssh", url: "ssh://git@example.org/a/b.git", type: "git", sshPrivateKey: "<secret>" },
      },
      { name: "repository-charts", ...repository, data: { name: "charts", url: "https://example.org/charts", type: "helm" } },
      {
        name: "repository-registry",
        ...repository,
        secret: "argocd:repository-registry",
        data: {
          name: "registry",
          url: "example.org/charts",
          type: "helm",
          enableOCI: "true",
          username: "robot",
          password: "<secret>",
        },
      },
      {
        name: "cluster-edge",
        ...cluster,
        secret: "argocd:cluster-edge",
        data: {
          name: "edge",
          server: "https://10.4.0.99:6443",
          config: '{"bearerToken":<secret as JSON>,"tlsClientConfig":{"caData":"QUJD"}}',
        },
      },
      {
        name: "cluster-far",
        ...cluster,
        secret: "argocd:cluster-far",
        data: { name: "far", server: "https://far.example.org", config: '{"bearerToken":<secret as JSON>}' },
      },
    ]);
  });

  it("has projects and applications as custom resources, which deletes nothing unless it is told", () => {
    const { resources } = planned({
      repositories: REPOSITORIES,
      clusters: { edge: { server: "https://10.4.0.99:6443" } },
      projects: {
        platform: {
          description: "Everything",
          repositories: ["fleet", "charts"],
          destinations: [{ namespace: "*" }, { cluster: "edge", namespace: "apps-*" }],
          clusterResources: true,
        },
      },
      applications: {
        root: { project: "platform", repository: "fleet", path: "apps", prune: true },
        slow: { repository: "fleet", path: "b", ref: "v1", cluster: "edge", namespace: "apps", sync: "manual" },
      },
    });
    assert.deepEqual(
      resources.map(({ kind, metadata, spec }) => [kind, metadata.namespace, metadata.name, spec]),
      [
        [
          "AppProject",
          "argocd",
          "platform",
          {
            clusterResourceWhitelist: [{ group: "*", kind: "*" }],
            description: "Everything",
            destinations: [
              { name: "in-cluster", namespace: "*" },
              { name: "edge", namespace: "apps-*" },
            ],
            sourceRepos: [FLEET, "example.org/charts"],
          },
        ],
        [
          "Application",
          "argocd",
          "root",
          {
            destination: { name: "in-cluster", namespace: "argocd" },
            project: "platform",
            source: { path: "apps", repoURL: FLEET, targetRevision: "HEAD" },
            syncPolicy: { automated: { prune: true, selfHeal: true } },
          },
        ],
        [
          "Application",
          "argocd",
          "slow",
          {
            destination: { name: "edge", namespace: "apps" },
            project: "default",
            source: { path: "b", repoURL: FLEET, targetRevision: "v1" },
          },
        ],
      ],
    );
    assert.ok(resources.every(({ origins }) => origins.every(({ from }) => from.startsWith("stack addons.argoCd."))));
  });

  it("is refused with names that lead nowhere, and applications of charts", () => {
    assert.deepEqual(
      problemsOf({
        repositories: REPOSITORIES,
        projects: { platform: { repositories: ["flet"], destinations: [{ cluster: "edge", namespace: "*" }] } },
        applications: { root: { project: "platfrom", repository: "charts", path: "apps" } },
      }),
      [
        "addons.argoCd.projects.platform.repositories.0: none of addons.argoCd.repositories",
        "addons.argoCd.projects.platform.destinations.0.cluster: none of addons.argoCd.clusters",
        "addons.argoCd.applications.root.project: none of addons.argoCd.projects",
        "addons.argoCd.applications.root.repository: a repository of charts, which has no folders",
      ],
    );
    assert.deepEqual(problemsOf({ repositories: { a: { url: "ssh://git@example.org/a.git", username: "git" } } }), [
      "addons.argoCd.repositories.a.username: SSH has its user in the URL",
    ]);
    assert.deepEqual(problemsOf({ repositories: {} }), ["addons.argoCd.repositories: no repository"]);
  });
});
