import assert from "node:assert/strict";
import { parseAllDocuments } from "yaml";
import { ARGO_CD_DEFINITIONS } from "../simulator/chart-door/charts/argo-cd-definitions";
import { CERT_MANAGER_DEFINITIONS } from "../simulator/chart-door/charts/cert-manager-definitions";
import { CILIUM_DEFINITIONS } from "../simulator/chart-door/charts/cilium-definitions";
import { CHARTS } from "../simulator/chart-door/charts/charts";
import type { Definition } from "../simulator/chart-door/charts/definition";
import { FLUX_DEFINITIONS } from "../simulator/chart-door/charts/flux-definitions";
import { GATEWAY_API_DEFINITIONS } from "../simulator/chart-door/charts/gateway-api";
import { LONGHORN_DEFINITIONS } from "../simulator/chart-door/charts/longhorn-definitions";
import { CHART_KINDS, pathOf } from "../simulator/datacenter/kinds";
import type { ApiClient } from "../simulator/kubernetes-door/api-client";
import type { KubernetesObject } from "../simulator/kubernetes-door/api-types";
import type { Condition } from "../simulator/kubernetes-door/objects";
import { TALOS_DEFINITION } from "../simulator/kubernetes-door/talos";
import { until } from "./real-cluster";
import { withCluster } from "./suite";

type Established = KubernetesObject & { readonly status?: { readonly conditions?: readonly Condition[] } };

const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const LONGHORN = parseAllDocuments(LONGHORN_DEFINITIONS.replace(/^.*\{\{.*\}\}$/gm, "")).map(
  (document) => document.toJS() as Definition,
);
const ALL = [
  ...ARGO_CD_DEFINITIONS,
  ...FLUX_DEFINITIONS,
  ...CERT_MANAGER_DEFINITIONS,
  ...CILIUM_DEFINITIONS,
  ...LONGHORN,
  ...GATEWAY_API_DEFINITIONS,
  TALOS_DEFINITION,
  ...CHARTS.flatMap(({ definitions = [] }) => definitions),
];

describe("definitions of custom resources", () => {
  let client: ApiClient;

  withCluster((cluster) => {
    client = cluster.client;
  });

  it("are taken by a real API server, and what the datacenter knows of charts is served", async () => {
    for (const each of ALL) await client.create(DEFINITIONS, each);
    const conditions = async (): Promise<string[][]> =>
      (await client.list<Established>(DEFINITIONS)).items.map(({ status }) =>
        (status?.conditions ?? []).filter(({ status: is }) => is === "True").map(({ type }) => type),
      );
    await until(async () => (await conditions()).every((each) => each.includes("Established")));
    assert.deepEqual(
      (await conditions()).filter((each) => each.includes("NonStructuralSchema")),
      [],
    );
    for (const { kinds } of Object.values(CHART_KINDS)) {
      for (const [apiVersion, names] of Object.entries(kinds)) {
        for (const kind of names) await until(() => isServed(pathOf(apiVersion, kind)));
      }
    }
  });

  /** The API serves what is established, some moments later. */
  async function isServed(path: string): Promise<boolean> {
    try {
      return (await client.list(path)).items.length === 0;
    } catch {
      return false;
    }
  }

  it("refuse what the real ones refuse", async () => {
    const refused: [string, object, RegExp][] = [
      ["ClusterIssuer", { acme: { server: "https://a.example.org" } }, /spec.acme.privateKeySecretRef: Required value/],
      ["CiliumBGPClusterConfig", { bgpInstances: [] }, /should have at least 1 items/],
      ["CiliumBGPClusterConfig", { bgpInstances: [{ name: "a", localASN: 4_294_967_296 }] }, /less than or equal to 4294967295/],
      [
        "CiliumBGPClusterConfig",
        { bgpInstances: [{ name: "a", peers: [{ name: "b" }] }] },
        /one of peerAddress or autoDiscovery/,
      ],
      ["CiliumBGPPeerConfig", { timers: { holdTimeSeconds: 3 } }, /keepAliveTimeSeconds can not be larger/],
      ["CiliumBGPAdvertisement", { advertisements: [{ advertisementType: "Service" }] }, /service field is required/],
      ["CiliumBGPAdvertisement", { advertisements: [{ advertisementType: "PodCIDR", selector: {} }] }, /selector field is not/],
      ["CiliumLoadBalancerIPPool", { blocks: [{ cidr: "10.0.0.0/33" }] }, /must be of type cidr/],
    ];
    for (const [kind, spec, message] of refused) {
      const apiVersion = kind.startsWith("Cilium") ? "cilium.io/v2" : "cert-manager.io/v1";
      const object = { apiVersion, kind, metadata: { name: "wrong" }, spec };
      await assert.rejects(client.create(pathOf(apiVersion, kind), object), message);
    }
    const flux = { distribution: { version: "2.8.7", registry: "ghcr.io/fluxcd" } };
    const sync = { kind: "GitRepository", url: "https://example.org/a.git", ref: "main" };
    const namespaced: [string, string, object, RegExp][] = [
      ["fluxcd.controlplane.io/v1", "FluxInstance", { ...flux, sync }, /spec.sync.path: Required value/],
      ["fluxcd.controlplane.io/v1", "FluxInstance", { ...flux, cluster: { size: "tiny" } }, /Unsupported value: "tiny"/],
      ["argoproj.io/v1alpha1", "Application", { project: "default" }, /spec.destination: Required value/],
    ];
    for (const [apiVersion, kind, spec, message] of namespaced) {
      const [group = "", plural = ""] = pathOf(apiVersion, kind).split(/\/(?=[a-z]+$)/);
      const object = { apiVersion, kind, metadata: { name: "wrong" }, spec };
      await assert.rejects(client.create(`${group}/namespaces/default/${plural}`, object), message);
    }
  });
});
