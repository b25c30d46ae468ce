import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { datacenterSpec } from "../../automation/datacenter-spec";
import type { Process } from "../../simulator/clock/clock";
import {
  applyCustomResource,
  awaitKind,
  checkOrphans,
  defineKinds,
  deleteCustomResource,
  forgetKinds,
} from "../../simulator/datacenter/custom-resources";
import { Datacenter } from "../../simulator/datacenter/datacenter";
import { checkGatewayKinds } from "../../simulator/datacenter/gateway";
import { CHART_KINDS, pathOf } from "../../simulator/datacenter/kinds";
import type { Cluster, CustomResourceRequest, ReleaseRequest } from "../../simulator/datacenter/model";
import { RuleBroken } from "../../simulator/datacenter/model";
import { isCustomResource } from "../../simulator/models/custom-resource";
import { configOf, stackText } from "../stacks";

const ENDPOINT = "https://10.0.0.1:6443";
const POOL: CustomResourceRequest = { apiVersion: "cilium.io/v2", kind: "CiliumLoadBalancerIPPool", name: "main", namespace: "" };
const JOB = { apiVersion: "longhorn.io/v1beta2", kind: "RecurringJob", name: "nightly", namespace: "longhorn-system" };

function release(chart: string, values: ReleaseRequest["values"] = {}): ReleaseRequest {
  return { name: chart, namespace: "kube-system", createNamespace: false, chart, values, timeoutSeconds: 60 };
}

/** A datacenter with a cluster whose API answers. */
function started(): { readonly dc: Datacenter; readonly cluster: Cluster; readonly run: (process: Process) => string } {
  const dc = new Datacenter(datacenterSpec(configOf(stackText("homelab"))));
  dc.state.vms.push({ vmId: 1, running: true, addresses: ["10.0.0.1"] } as unknown as Datacenter["state"]["vms"][number]);
  const cluster = {
    endpoint: ENDPOINT,
    endpointHost: "10.0.0.1",
    etcdMembers: [1],
    apiServers: [1],
    namespaces: { "longhorn-system": "privileged" },
    definitions: {},
    resources: [],
  } as unknown as Cluster;
  dc.state.clusters.push(cluster);
  const run = (process: Process): string => {
    let broken = "";
    dc.clock.spawn(
      (function* () {
        try {
          yield* process;
        } catch (error) {
          if (!(error instanceof RuleBroken)) throw error;
          broken = `${error.rule}: ${error.message}`;
        }
      })(),
    );
    dc.clock.run();
    return broken;
  };
  return { dc, cluster, run };
}

describe("custom resources in the datacenter", () => {
  it("are refused where no release brings their kind, and where nobody knows it", () => {
    const { dc, run } = started();
    assert.equal(
      run(applyCustomResource(dc, ENDPOINT, JOB)),
      'kind-missing: longhorn.io/v1beta2/RecurringJob longhorn-system/nightly: no matches for kind "RecurringJob" in version "longhorn.io/v1beta2": no release in the cluster brings it (longhorn does)',
    );
    assert.match(run(applyCustomResource(dc, ENDPOINT, { ...JOB, kind: "Cron" })), /^kind-missing: .*no chart that is known/);
    assert.match(run(applyCustomResource(dc, "https://elsewhere:6443", JOB)), /^kubernetes-unreachable/);
  });

  it("are refused as long as an operator has not defined their kind, and it can be waited for", () => {
    const { dc, cluster, run } = started();
    defineKinds(dc, cluster, release("cilium"));
    assert.match(run(applyCustomResource(dc, ENDPOINT, POOL)), /^kind-missing: .*cilium defines it only once its operator runs$/);
    assert.equal(run(awaitKind(dc, ENDPOINT, pathOf(POOL.apiVersion, POOL.kind), 60)), "");
    assert.ok(dc.clock.now >= dc.durations.seconds("operatorDefinitions"));
    assert.equal(run(applyCustomResource(dc, ENDPOINT, POOL)), "");
    assert.equal(
      run(awaitKind(dc, ENDPOINT, "/apis/longhorn.io/v1beta2/recurringjobs", 10)),
      "kind-missing: The Kubernetes API at https://10.0.0.1:6443 did not serve /apis/longhorn.io/v1beta2/recurringjobs within 10 s",
    );
  });

  it("are made of Gateways whose kinds were there before Cilium's operator looked for them, once", () => {
    const { cluster, dc } = started();
    const cilium = release("cilium", { gatewayAPI: { enabled: true } });
    checkGatewayKinds(cluster, release("cilium"));
    assert.throws(
      () => {
        checkGatewayKinds(cluster, cilium);
      },
      (error: RuleBroken) => error.rule === "gateway-kinds-missing" && /until it starts again/.test(error.message),
    );
    defineKinds(dc, cluster, release("gateway-api-crds"));
    checkGatewayKinds(cluster, cilium);
  });

  it("need the namespace they are in, and are the same when they are asked for again", () => {
    const { dc, cluster, run } = started();
    defineKinds(dc, cluster, release("longhorn"));
    assert.match(run(applyCustomResource(dc, ENDPOINT, { ...JOB, namespace: "nowhere" })), /^namespace-missing/);
    for (let time = 0; time < 2; time++) assert.equal(run(applyCustomResource(dc, ENDPOINT, JOB)), "");
    assert.deepEqual(cluster.resources, [JOB]);
  });

  it("are deleted before the release that minds them", () => {
    const { dc, cluster, run } = started();
    defineKinds(dc, cluster, release("longhorn"));
    run(applyCustomResource(dc, ENDPOINT, JOB));
    assert.throws(
      () => {
        checkOrphans(cluster, release("longhorn"));
      },
      (error: RuleBroken) =>
        error.rule === "resource-orphaned" && /RecurringJob longhorn-system\/nightly would be left/.test(error.message),
    );
    checkOrphans(cluster, release("cilium"));
    assert.equal(run(deleteCustomResource(dc, JOB)), "");
    checkOrphans(cluster, release("longhorn"));
  });

  it("are made of Talos' own kind for whom its control planes let in, and for nobody else", () => {
    const { dc, cluster, run } = started();
    const path = "/apis/talos.dev/v1alpha1/serviceaccounts";
    const account = (namespace: string, ...roles: string[]): CustomResourceRequest => {
      return { apiVersion: "talos.dev/v1alpha1", kind: "ServiceAccount", name: "backup", namespace, roles };
    };
    const label = (namespace: string): string => `talos.dev/v1alpha1/ServiceAccount ${namespace}/backup`;
    Object.assign(cluster.namespaces, { snapshots: "baseline", others: "baseline" });
    assert.match(run(awaitKind(dc, ENDPOINT, path, 10)), /^kind-missing: .* did not serve \/apis\/talos.dev/);
    assert.match(
      run(applyCustomResource(dc, ENDPOINT, account("snapshots"))),
      /no release in the cluster brings it \(talos does\)/,
    );

    Object.assign(dc.vm(1)!, { machine: { talosAccess: { roles: ["os:etcd:backup"], namespaces: ["snapshots"] } } });
    assert.equal(run(awaitKind(dc, ENDPOINT, path, 10)), "");
    const results = [account("others", "os:etcd:backup"), account("snapshots", "os:admin"), account("snapshots")].map((each) =>
      run(applyCustomResource(dc, ENDPOINT, each)),
    );
    assert.deepEqual(results, [
      `talos-access: ${label("others")}: Namespace is not allowed: others`,
      `talos-access: ${label("snapshots")}: Roles not allowed: [os:admin]`,
      `talos-access: ${label("snapshots")}: Roles not found`,
    ]);
    assert.equal(run(applyCustomResource(dc, ENDPOINT, account("snapshots", "os:etcd:backup"))), "");
  });

  it("have kinds that go with a release where its templates define them, and stay otherwise", () => {
    const { dc, cluster } = started();
    for (const chart of Object.keys(CHART_KINDS)) defineKinds(dc, cluster, release(chart, { crds: { enabled: true } }));
    for (const chart of Object.keys(CHART_KINDS)) forgetKinds(cluster, release(chart));
    const gone = Object.keys(CHART_KINDS).filter((chart) => !(chart in cluster.definitions));
    assert.deepEqual(
      gone,
      Object.keys(CHART_KINDS).filter((chart) => CHART_KINDS[chart]?.by === "release"),
    );
  });

  it("have kinds that were there at the end of the last run at once, also where it kept no account of them", () => {
    const { dc, cluster, run } = started();
    defineKinds(dc, cluster, release("cilium"));
    const old = { ...cluster, releases: { cilium: "cilium" }, definitions: undefined, resources: undefined };
    for (const kept of [cluster, old as unknown as Cluster]) {
      const next = new Datacenter(dc.spec, dc.durations, { ...dc.state, clusters: [kept] });
      assert.deepEqual([next.state.clusters[0]?.definitions, next.state.clusters[0]?.resources], [{ cilium: 0 }, []]);
    }
    assert.equal(run(deleteCustomResource(dc, POOL)), "");
  });

  it("are known by the group in their type: Kubernetes' own objects are none", () => {
    for (const type of ["cilium.io/v2:CiliumBGPPeerConfig", "gateway.networking.k8s.io/v1:Gateway", "longhorn.io/v1beta2:Volume"])
      assert.ok(isCustomResource(`kubernetes:${type}`), type);
    for (const type of ["core/v1:Service", "apps/v1:Deployment", "networking.k8s.io/v1:Ingress", "helm.sh/v3:Release"])
      assert.ok(!isCustomResource(`kubernetes:${type}`), type);
    assert.ok(!isCustomResource("talos:machine/secrets:Secrets"));
  });
});
