import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { GATEWAY_API_DEFINITIONS } from "../simulator/chart-door/charts/gateway-api";
import type { ApiClient } from "../simulator/kubernetes-door/api-client";
import type { KubernetesObject } from "../simulator/kubernetes-door/api-types";
import { until } from "./real-cluster";
import type { RealCluster } from "./real-cluster";
import { inTurn, withCluster } from "./suite";

const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const POOLS = "/apis/cilium.io/v2/ciliumloadbalancerippools";
const SERVICES = "/api/v1/namespaces/default/services";
const GATEWAYS = "/apis/gateway.networking.k8s.io/v1/namespaces/default/gateways";
const OPERATOR = "/apis/apps/v1/namespaces/kube-system/deployments";
/** How long something is watched that is not to happen, in milliseconds. */
const WATCH_MS = 1500;

type Addressed = KubernetesObject & {
  readonly status?: {
    readonly loadBalancer?: { readonly ingress?: readonly { readonly ip: string }[] };
    readonly addresses?: readonly { readonly value: string }[];
  };
};

describe("Kubernetes door: addresses of Services from Cilium's operator", function () {
  inTurn();
  let cluster: RealCluster;
  let client: ApiClient;

  withCluster((started) => {
    cluster = started;
    client = cluster.client;
  });
  afterEach(() => {
    assert.deepEqual(cluster.errors.splice(0), []);
  });

  it("are none as long as no operator runs, and those of a pool afterwards, the ones that are asked for first", async () => {
    await service("any");
    await service("asks", { "lbipam.cilium.io/ips": "10.9.0.8" });
    await service("last");
    await operator();
    await until(() => serves(POOLS));
    await sleep(WATCH_MS);
    assert.deepEqual(await told(), ["any <pending>", "asks <pending>", "last <pending>"]);
    await client.create(POOLS, {
      apiVersion: "cilium.io/v2",
      kind: "CiliumLoadBalancerIPPool",
      metadata: { name: "main" },
      spec: { blocks: [{ start: "10.9.0.8", stop: "10.9.0.9" }] },
    });
    await until(async () => (await told()).join() === "any 10.9.0.9,asks 10.9.0.8,last <pending>");
    await client.delete(`${SERVICES}/any`);
    await until(async () => (await told()).join() === "asks 10.9.0.8,last 10.9.0.9");
    await client.delete(`${SERVICES}/last`);
  });

  it("are not those of a Gateway whose kind came after the operator had looked, until it starts again", async () => {
    for (const each of GATEWAY_API_DEFINITIONS) await client.create(DEFINITIONS, each);
    await until(() => serves(GATEWAYS));
    const listeners = [
      { name: "http", port: 80, protocol: "HTTP" },
      { name: "https", port: 443, protocol: "HTTPS" },
    ];
    await client.create(GATEWAYS, {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "Gateway",
      metadata: { name: "shared" },
      spec: { gatewayClassName: "cilium", listeners },
    });
    await sleep(WATCH_MS);
    assert.deepEqual(await told(), ["asks 10.9.0.8"]);
    await client.delete(`${OPERATOR}/cilium-operator`);
    await until(async () => (await client.list("/api/v1/namespaces/kube-system/pods")).items.length === 0);
    await operator();
    await until(async () => (await told()).join() === "asks 10.9.0.8,cilium-gateway-shared 10.9.0.9");
    await until(async () => {
      const { status } = await client.get<Addressed>(`${GATEWAYS}/shared`);
      return status?.addresses?.map(({ value }) => value).join() === "10.9.0.9";
    });
  });

  it("go with the Gateway", async () => {
    await client.delete(`${GATEWAYS}/shared`);
    await until(async () => (await told()).join() === "asks 10.9.0.8");
  });

  async function operator(): Promise<void> {
    const labels = { "io.cilium/app": "operator" };
    await client.create(OPERATOR, {
      metadata: { name: "cilium-operator" },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: "operator", image: "operator" }] } },
      },
    });
  }

  async function service(name: string, annotations: Readonly<Record<string, string>> = {}): Promise<void> {
    await client.create(SERVICES, { metadata: { name, annotations }, spec: { type: "LoadBalancer", ports: [{ port: 80 }] } });
  }

  async function told(): Promise<string[]> {
    const { items } = await client.list<Addressed>(SERVICES);
    return items
      .filter(({ metadata: { name } }) => name !== "kubernetes")
      .map(
        ({ metadata: { name }, status }) => `${name} ${status?.loadBalancer?.ingress?.map(({ ip }) => ip).join() ?? "<pending>"}`,
      )
      .sort();
  }

  async function serves(path: string): Promise<boolean> {
    try {
      return (await client.list(path)).items.length >= 0;
    } catch {
      return false;
    }
  }
});
