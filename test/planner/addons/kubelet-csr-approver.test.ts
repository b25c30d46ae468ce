import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Plan } from "../../../planner";
import { clusterPatch } from "../../../components/talos/machine-patches";
import { addonsIn, valuesOf } from "../../addons";
import { hosts, planOf, stackFile } from "../../stacks";

const PATHS = ["replicas", "resources.requests.memory", "affinity", "bypassDnsResolution", "skipDenyStep"];

const planWith = (addons: string, more = ""): Plan =>
  planOf(stackFile({ hosts: hosts(1), more: `  proxmox-talos:addons: ${addons}\n${more}` }));
const argument = (value: string): string =>
  `  proxmox-talos:kubernetes: { args: { kubelet: { rotate-server-certificates: "${value}" } } }\n`;
const found = ({ findings }: Plan): string[] =>
  findings.filter(({ code }) => code.startsWith("kubelet-")).map(({ code, severity, path }) => `${code} ${severity} ${path}`);

describe("kubelet-csr-approver", () => {
  it("approves of the plan's machines by name and address, and of nobody else", () => {
    const { addons } = planWith("{ kubeletCsrApprover: {} }");
    assert.deepEqual(valuesOf(addons.kubeletCsrApprover, ["providerRegex", "providerIpPrefixes"]), [
      "^(ctrl-00|work-00)$",
      ["192.168.1.100/32", "192.168.1.103/32"],
    ]);
  });

  it("knows the IPv6 address of a machine that has one", () => {
    const { addons } = planOf(
      stackFile({
        workers: "{}",
        network: "ipv6: { subnet: 'fd00:1::/64', gateway: 'fd00:1::1', addresses: 'fd00:1::100-fd00:1::109' }",
        more: "  proxmox-talos:addons: { kubeletCsrApprover: {} }\n",
      }),
    );
    assert.deepEqual(valuesOf(addons.kubeletCsrApprover, ["providerIpPrefixes"])[0], ["192.168.1.100/32", "fd00:1::100/128"]);
  });

  it("is one small pod in a lab and two in prod, apart from each other; it leaves to a later look what it does not know yet", () => {
    const [lab, prod] = ["homelab", "prod"].map((environment) => addonsIn(environment).kubeletCsrApprover);
    assert.deepEqual(valuesOf(lab, PATHS), [1, "32Mi", undefined, true, true]);
    const [replicas, memory, affinity] = valuesOf(prod, PATHS);
    assert.deepEqual([replicas, memory], [2, undefined]);
    assert.match(JSON.stringify(affinity), /"topologyKey":"topology.kubernetes.io\/zone"/);
  });

  it("has kubelets ask for certificates, and others verify them", () => {
    const { kubernetes, addons } = planWith("{ kubeletCsrApprover: {}, metricsServer: {}, kubePrometheusStack: {} }");
    assert.deepEqual(kubernetes.args.kubelet, { "rotate-server-certificates": "true" });
    assert.deepEqual(valuesOf(addons.metricsServer, ["args"]), [undefined]);
    assert.deepEqual(addons.metricsServer?.after, ["cilium", "kubeletCsrApprover"]);
    assert.deepEqual(valuesOf(addons.kubePrometheusStack, ["kubelet.serviceMonitor.insecureSkipVerify"]), [false]);
    const without = planWith("{ metricsServer: {}, kubePrometheusStack: {} }");
    assert.deepEqual(without.kubernetes.args.kubelet, {});
    assert.deepEqual(valuesOf(without.addons.metricsServer, ["args"]), [["--kubelet-insecure-tls"]]);
    assert.deepEqual(valuesOf(without.addons.kubePrometheusStack, ["kubelet"]), [undefined]);
  });

  it("is told to machines as an argument of the kubelet", () => {
    const patch = clusterPatch(planWith("{ kubeletCsrApprover: {} }"), "installer", "/dev/sda");
    assert.match(patch, /kubelet:\n {4}extraArgs:\n {6}rotate-server-certificates: "true"\n/);
  });

  it("is missed where kubelets ask without it, and idle where they do not ask", () => {
    const path = "kubernetes.args.kubelet.rotate-server-certificates";
    assert.deepEqual(found(planWith("{}", argument("true"))), [`kubelet-approver-missing error ${path}`]);
    const idle = planWith("{ kubeletCsrApprover: {}, metricsServer: {} }", argument("false"));
    assert.deepEqual(found(idle), [`kubelet-approver-idle warning ${path}`]);
    assert.deepEqual(valuesOf(idle.addons.metricsServer, ["args"]), [["--kubelet-insecure-tls"]]);
    assert.deepEqual(found(planWith("{ kubeletCsrApprover: {} }")), []);
    assert.deepEqual(found(planWith("{}")), []);
  });
});
