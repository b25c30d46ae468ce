import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { gitopsFiles } from "../../planner";
import type { GitopsFile } from "../../planner";
import { ALL_ADDONS } from "../../planner/addons/registry";
import { addonsIn } from "../addons";
import { hosts, planOf, stackFile } from "../stacks";

const URL = "https://example.org/platform/fleet.git";
const FLUX = `flux: { sync: { url: ${URL} } }`;

const planWith = (addons: string) => planOf(stackFile({ hosts: hosts(1), more: `  proxmox-talos:addons: { ${addons} }\n` }));

const filesWith = (addons: string): GitopsFile[] => gitopsFiles(planWith(addons));

/** `path: kinds` of each. */
const outline = (files: readonly GitopsFile[]): string[] =>
  files.map(({ path, manifests }) => `${path}: ${manifests.map(({ kind }) => kind).join(", ")}`);

const specOf = (files: readonly GitopsFile[], kind: string): Record<string, unknown> =>
  (files.flatMap(({ manifests }) => manifests).find((each) => each.kind === kind)?.spec ?? {}) as Record<string, unknown>;

describe("what is to be committed into a GitOps repository", () => {
  it("is nothing as long as the stack manages all of it", () => {
    assert.deepEqual(filesWith(`${FLUX}, metricsServer: {}`), []);
    assert.deepEqual(filesWith("metricsServer: {}"), []);
  });

  it("finds the release by its name and namespace, and has the very chart and values of the plan", () => {
    for (const managedBy of ["leaving", "gitops"]) {
      const addons = `${FLUX}, metricsServer: { managedBy: ${managedBy}, values: { podLabels: { a: b } }, timeoutSeconds: 700 }`;
      const { values } = planWith(addons).addons.metricsServer ?? {};
      const files = filesWith(addons);
      assert.deepEqual(outline(files), ["clusters/lab/metrics-server.yaml: HelmRepository, HelmRelease"]);
      assert.deepEqual(specOf(files, "HelmRepository"), {
        interval: "1h",
        url: "https://kubernetes-sigs.github.io/metrics-server",
      });
      assert.deepEqual(specOf(files, "HelmRelease"), {
        interval: "10m",
        timeout: "700s",
        releaseName: "metrics-server",
        targetNamespace: "kube-system",
        storageNamespace: "kube-system",
        chart: {
          spec: {
            chart: "metrics-server",
            version: "3.13.1",
            sourceRef: { kind: "HelmRepository", name: "metrics-server" },
          },
        },
        values,
      });
    }
  });

  it("takes charts of registries by their version alone, and custom resources in a folder that Flux applies when it can", () => {
    const files = filesWith(
      "flux: { namespace: fluxcd, multitenant: true, sync: { url: oci://example.org/fleet, path: ./here } }, certManager: { managedBy: gitops, issuers: { lab: { selfSigned: {} } } }",
    );
    assert.deepEqual(outline(files), [
      "here/cert-manager.yaml: HelmRepository, HelmRelease, Kustomization",
      "resources/lab/cert-manager/resources.yaml: Certificate, ClusterIssuer, ClusterIssuer",
    ]);
    assert.deepEqual(specOf(files, "HelmRepository"), { type: "oci", url: "oci://quay.io/jetstack/charts" });
    assert.equal(specOf(files, "HelmRelease")["serviceAccountName"], "helm-controller");
    assert.deepEqual(specOf(files, "Kustomization"), {
      interval: "10m",
      retryInterval: "1m",
      path: "./resources/lab/cert-manager",
      prune: false,
      serviceAccountName: "kustomize-controller",
      sourceRef: { kind: "OCIRepository", name: "fluxcd" },
    });
    const [certificate] = files[1]?.manifests ?? [];
    assert.deepEqual(Object.keys(certificate ?? {}), ["apiVersion", "kind", "metadata", "spec"]);
  });

  it("is an Application in the root's folder for Argo CD, which prunes nothing, and custom resources after it", () => {
    const argoCd = (applications: string): string =>
      `argoCd: { repositories: { fleet: { url: ${URL} } }, applications: { ${applications} } }`;
    const certManager = "certManager: { managedBy: leaving, issuers: { lab: { selfSigned: {} } } }";
    const files = filesWith(`${argoCd("root: { repository: fleet, path: ./clusters/lab }")}, ${certManager}`);
    assert.deepEqual(outline(files), ["clusters/lab/cert-manager.yaml: Application, Certificate, ClusterIssuer, ClusterIssuer"]);
    const [application, certificate] = files[0]?.manifests ?? [];
    const { values } = planWith(`${argoCd("")}, ${certManager}`).addons.certManager ?? {};
    assert.deepEqual(application, {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Application",
      metadata: { name: "cert-manager", namespace: "argocd" },
      spec: {
        project: "default",
        source: {
          repoURL: "quay.io/jetstack/charts",
          chart: "cert-manager",
          targetRevision: "v1.21.1",
          helm: { releaseName: "cert-manager", valuesObject: values },
        },
        destination: { name: "in-cluster", namespace: "cert-manager" },
        syncPolicy: { automated: { prune: false, selfHeal: true }, syncOptions: ["ServerSideApply=true"] },
      },
    });
    assert.deepEqual(certificate?.metadata, {
      name: "lab",
      namespace: "cert-manager",
      annotations: {
        "argocd.argoproj.io/sync-wave": "1",
        "argocd.argoproj.io/sync-options": "SkipDryRunOnMissingResource=true",
      },
    });
    assert.deepEqual(
      filesWith(`${argoCd("")}, ${certManager}`).map(({ path }) => path),
      ["applications/cert-manager.yaml"],
    );
  });
});

describe("an add-on that GitOps manages", () => {
  it("keeps its namespace, and is still one that others know", () => {
    const plan = planWith(`${FLUX}, metricsServer: { namespace: figures, managedBy: gitops }, kubePrometheusStack: {}`);
    assert.deepEqual(
      plan.namespaces.map(({ name, retain }) => [name, retain]),
      [
        ["figures", true],
        ["flux-system", undefined],
        ["monitoring", undefined],
      ],
    );
    assert.equal(plan.addons.metricsServer?.managedBy, "gitops");
  });

  it("has its namespace retained also where it shares it with one that the stack keeps", () => {
    const { namespaces } = planWith(`${FLUX}, loki: {}, tempo: { managedBy: leaving }`);
    assert.deepEqual(namespaces.find(({ name }) => name === "monitoring")?.retain, true);
  });

  it("is said to be half way as long as it is", () => {
    const codes = (managedBy: string): string[] =>
      planWith(`${FLUX}, metricsServer: { managedBy: ${managedBy} }`)
        .findings.filter(({ code }) => code === "addon-leaving")
        .map(({ path, severity }) => `${severity} ${path}`);
    assert.deepEqual(["stack", "leaving", "gitops"].map(codes), [[], ["info addons.metricsServer.managedBy"], []]);
  });

  it("has a password of its own before Argo CD renders Grafana, and Flux finds the one that is there", () => {
    const codes = (tool: string, settings: string): number =>
      planWith(`${tool}, kubePrometheusStack: { managedBy: gitops${settings} }`).findings.filter(
        ({ code }) => code === "argo-cd-makes-up-password",
      ).length;
    const argoCd = `argoCd: { repositories: { a: { url: ${URL} } } }`;
    assert.equal(codes(argoCd, ""), 1);
    assert.equal(codes(FLUX, ""), 0);
    for (const settings of [", grafana: { adminSecret: admin }", ", grafana: { enabled: false }"]) {
      assert.equal(codes(argoCd, settings), 0, settings);
    }
  });

  it("waits for nothing that another one's custom resources would miss: who makes these, needs it", () => {
    for (const environment of ["homelab", "prod"]) {
      for (const release of Object.values(addonsIn(environment))) {
        const { needs = [] } = ALL_ADDONS.find(({ key }) => key === release.key) ?? {};
        const others = release.resources.flatMap(({ after }) => after.filter((key) => key !== release.key));
        assert.deepEqual(
          others.filter((key) => !needs.includes(key)),
          [],
          release.key,
        );
      }
    }
  });
});
