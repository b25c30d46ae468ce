import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { judge } from "../../automation/blast-radius/judge";
import type { Danger } from "../../automation/blast-radius/danger";
import { DANGERS, DANGER_CODES } from "../../config/dangers";
import type { ComparedResource } from "../../simulator";
import { PROJECT, stackFile } from "../stacks";
import { changeOf, FACTS, resource } from "./changes";
import { EDITS } from "./edits";

const VM = "proxmoxve:index/vmLegacy:VmLegacy";
const CONFIGURATION = "talos:machine/configurationApply:ConfigurationApply";
const RELEASE = "kubernetes:helm.sh/v3:Release";

const said = (dangers: readonly Danger[]): string[] => dangers.map(({ code, of, what }) => `${code} ${of}: ${what}`);
const judged = (...resources: readonly ComparedResource[]): string[] => said(judge(changeOf(resources)).dangers);
const release = (chart: string, more: Partial<ComparedResource> = {}): ComparedResource =>
  resource({ type: RELEASE, name: chart, operation: "delete", before: { chart, version: "1.0.0", namespace: "there" }, ...more });
const gone = (name: string, kind = "apps/v1:Deployment"): ComparedResource =>
  resource({ type: `kubernetes:${kind}`, name, operation: "delete", before: { metadata: { namespace: "there" } } });

describe("what is dangerous about a change", () => {
  it("is that a load balancer's VM is made anew, which nobody has to consent to", () => {
    const vm = resource({
      type: VM,
      name: "lb-00",
      operation: "replace",
      before: { vmId: 810, nodeName: "pve", disks: [{ interface: "scsi0", size: 4 }], cdrom: { fileId: "local:iso/a.iso" } },
      replacedBy: ["urn:pulumi:lab::proxmox-talos::proxmoxve:index/fileLegacy:FileLegacy::lb-00"],
    });
    const { dangers } = judge(changeOf([vm]));
    assert.deepEqual(said(dangers), [
      "balancer-replaced lb-00: VM 810 on pve is deleted, with disk system (4 GiB), and made anew: lb-00 is made anew",
    ]);
    assert.deepEqual([dangers[0]?.consent, dangers[0]?.consented], [null, null]);
  });

  it("is that the stack lets go of a machine that is no VM, or of a member of etcd among these", () => {
    const patches = (main: string): Record<string, string | string[]> => ({ node: "10.0.0.5", configPatches: [main] });
    const worker = resource({ type: CONFIGURATION, name: "metal-00", operation: "delete", before: patches("machine: {}") });
    const member = {
      ...worker,
      name: "metal-01",
      wasProtected: true,
      before: patches("cluster: { apiServer: { certSANs: [] } }"),
    };
    const { dangers } = judge(changeOf([worker, member]));
    assert.deepEqual(said(dangers), [
      "etcd-member-removed metal-01: of 1 etcd members 0 stay",
      "machine-left metal-00: nobody configures the machine at 10.0.0.5 any more",
    ]);
    assert.match(dangers[0]?.consent ?? "", /reason: … }\]; it is protected, and goes only after pulumi state unprotect$/);
  });

  it("is that an address goes over from one machine to another", () => {
    const at = (name: string, operation: "create" | "delete"): ComparedResource => {
      const inputs = { node: "192.168.1.103", configPatches: [] };
      return resource({
        type: CONFIGURATION,
        name,
        operation,
        ...(operation === "create" ? { after: inputs } : { before: inputs }),
      });
    };
    assert.ok(
      judged(at("work-00", "delete"), at("gpu-00", "create")).includes(
        "address-moved gpu-00: 192.168.1.103 goes over from work-00",
      ),
    );
  });

  it("is that something is uninstalled, more or less so by what it is", () => {
    assert.deepEqual(judged(release("cilium"), release("proxmox-csi-plugin"), release("traefik")), [
      "storage-uninstalled proxmox-csi-plugin: chart proxmox-csi-plugin 1.0.0 in there is uninstalled",
      "network-uninstalled cilium: chart cilium 1.0.0 in there is uninstalled",
      "release-uninstalled traefik: chart traefik 1.0.0 in there is uninstalled",
    ]);
    assert.deepEqual(
      judged(release("gateway-api-crds")).map((each) => each.split(":")[0]),
      ["definitions-deleted gateway-api-crds", "release-uninstalled gateway-api-crds"],
    );
  });

  it("is nothing that stays where it is, or that goes with its cluster", () => {
    assert.deepEqual(judged(release("cilium", { retained: true }), release("traefik", { carried: true })), []);
    const namespace = { type: "kubernetes:core/v1:Namespace", name: "a", operation: "delete" } as const;
    assert.deepEqual(judged(resource({ ...namespace, retained: true }), resource({ ...namespace, carried: true })), []);
    assert.deepEqual(judged(resource(namespace)), ["namespace-deleted a: with all that is in it, volumes among it"]);
  });

  it("is an object that goes by itself, not one that goes with its release or its namespace", () => {
    assert.deepEqual(judged(gone("web")), ["object-deleted web: Deployment"]);
    const namespace = resource({ type: "kubernetes:core/v1:Namespace", name: "there", operation: "delete" });
    assert.equal(judged(gone("web"), namespace).length, 1);
    assert.equal(judged({ ...gone("web"), parent: "urn:pulumi:lab::p::CustomResources::traefik" }, release("traefik")).length, 1);
  });

  it("is Longhorn that goes unprotected or not: the switch was set, or it was not", () => {
    const consented = (wasProtected: boolean): string | null | undefined =>
      judge(changeOf([release("longhorn", { wasProtected })])).dangers[0]?.consented;
    assert.deepEqual([consented(true), consented(false)], [null, "addons.longhorn.allowUninstall: true, before"]);
  });

  it("is what stops the update half way, unless the same is said already", () => {
    const violation = (rule: string, name: string): { rule: string; urn: string; message: string } => ({
      rule,
      urn: `urn:pulumi:lab::proxmox-talos::${VM}::${name}`,
      message: "no",
    });
    const disks = (size: number): object => ({ disks: [{ interface: "scsi0", size, datastoreId: "tank" }] });
    const vm = resource({ type: VM, name: "a", operation: "update", before: disks(20), after: disks(10) } as ComparedResource);
    const codes = (refused: object): string[] =>
      judge(changeOf([vm], { refusals: [refused] } as object)).dangers.map(({ code }) => code);
    assert.deepEqual(codes(violation("disk-shrinks", "a")), ["disk-shrunk"]);
    assert.deepEqual(codes(violation("host-memory", "b")), ["disk-shrunk", "update-refused"]);
  });

  it("is a version that goes back or leaves one out, and none that only goes on", () => {
    const to = (version: string): string[] =>
      judge(changeOf([], { after: { ...FACTS, kubernetesVersion: version } })).dangers.map(({ code }) => code);
    assert.deepEqual(to("1.36.1"), ["kubernetes-version-changed"]);
    assert.deepEqual(to("1.37.0"), ["kubernetes-version-changed"]);
    assert.deepEqual(to("1.38.0"), ["version-skipped", "kubernetes-version-changed"]);
    assert.deepEqual(to("1.35.9"), ["version-downgraded", "kubernetes-version-changed"]);
    assert.deepEqual(to("2.0.0"), ["kubernetes-version-changed"]);
  });

  it("is a policy that lets more pass, by its level, a namespace or another environment, and not one that lets less", () => {
    const stack = (policies: string, environment = "dev"): string =>
      stackFile({ more: `  proxmox-talos:policies: ${policies}\n` }).replace("environment: dev", `environment: ${environment}`);
    const between = (before: string, after: string): string[] => {
      const change = changeOf([], {}, after);
      return said(judge({ ...change, before: { text: before } }).dangers);
    };
    const none = stack("{}");
    assert.deepEqual(between(none, stack("{ vm-marks: { level: advisory, reason: another one marks them } }")), [
      "policy-loosened vm-marks: advisory in place of mandatory: another one marks them",
    ]);
    const shop = "{ host-access: { namespaces: [shop], reason: it loads drivers } }";
    assert.deepEqual(between(none, stack(shop)), ["policy-loosened host-access: not for shop any more: it loads drivers"]);
    assert.deepEqual(between(stack(shop), none), []);
    assert.deepEqual(between(stack("{ verified-tls: { level: mandatory } }"), none), [
      "policy-loosened verified-tls: disabled in place of mandatory: no reason",
    ]);
    assert.deepEqual(between(none, stack("{ pinned-versions: { level: mandatory } }", "prod")), []);
    const [danger, ...others] = between(
      stack("{ pinned-versions: { level: mandatory } }", "prod"),
      stack("{ pinned-versions: { level: mandatory } }"),
    );
    assert.deepEqual(others, []);
    assert.match(
      danger ?? "",
      /^policy-loosened metadata\.environment: dev in place of prod: less is asked by protected-data, no-restart-in-update, /,
    );
    assert.ok(!danger?.includes("pinned-versions") && !danger?.includes("vm-marks"));
    assert.deepEqual(between("config: { of: [another, program] }", none), []);
  });

  it("is nothing to a consent that narrows itself to something else", () => {
    const entry = (of: string): string => `{ danger: network-uninstalled, of: ${of}, reason: another one comes by hand }`;
    const consented = (of: string): (string | null)[] => {
      const text = stackFile({ more: `  proxmox-talos:consent: [${entry(of)}]\n` });
      return judge(changeOf([release("cilium")], {}, text)).dangers.map((danger) => danger.consented);
    };
    assert.deepEqual([consented("cilium"), consented("calico")], [["another one comes by hand"], [null]]);
  });

  it("is the same whoever asks: gravest first, then by name", () => {
    const names = judged(release("cilium"), gone("b"), gone("a")).map((each) => each.split(":")[0]);
    assert.deepEqual(names, ["network-uninstalled cilium", "object-deleted a", "object-deleted b"]);
  });

  it("has its page, with every code and how grave it is, and a test each", () => {
    const page = readFileSync(join(PROJECT, "docs", "blast-radius.md"), "utf8");
    const sections = [...page.matchAll(/^### `([a-z-]+)` · (\w+)$/gm)].map(
      ([, code, severity]) => `${code ?? ""} ${severity ?? ""}`,
    );
    assert.deepEqual(
      sections,
      DANGER_CODES.map((code) => `${code} ${DANGERS[code].severity}`),
    );
    const tested = `${EDITS.flatMap(({ dangers = [] }) => dangers).join("\n")}\n${readFileSync(__filename, "utf8")}`;
    assert.deepEqual(
      DANGER_CODES.filter((code) => !tested.includes(`${code} `) && !tested.includes(`"${code}"`) && code !== "stack-deleted"),
      [],
    );
  });
});
