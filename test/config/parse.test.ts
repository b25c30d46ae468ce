import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { locateProblems, parseConfigValues, parseStackFile } from "../../config/parse";
import { nearest } from "../../config/problem";
import { formatProblems } from "../../config/report";
import { configOf, stackFile, stackText } from "../stacks";

/** The report of an invalid text, problem by problem. */
function problems(text: string): string[] {
  const parsed = parseStackFile(text, "s.yaml");
  assert.ok(!parsed.ok, "the file is valid");
  return parsed.problems.map(
    ({ line, column, path, message, allowed, remedy }) => `${line}:${column} ${path} | ${message} | ${allowed} | ${remedy}`,
  );
}

/** The same without what is allowed and the remedy. */
function short(text: string): string[] {
  return problems(text).map((line) => line.split(" | ").slice(0, 2).join(" | "));
}

describe("stack file", () => {
  it("is read with its defaults filled in", () => {
    const config = configOf(stackFile());
    assert.equal(config.proxmox?.bridge, "vmbr0");
    assert.equal(config.proxmox.insecure, false);
    assert.equal(config.talos.discovery, true);
    assert.equal(config.kubernetes.version, "v1.36.0");
    assert.deepEqual(config.acknowledge, []);
    assert.equal(config.topology.workers["main"]?.datastore, "local-lvm");
  });

  it("may name a version of a chart that is published before its time: it is one, too", () => {
    const text = stackFile({ more: "  proxmox-talos:addons: { loki: { version: 18.12.0-rc.1 } }\n" });
    assert.equal(configOf(text).addons.loki?.version, "18.12.0-rc.1");
  });

  it("reads the same from the engine's values", () => {
    const config = configOf(stackText("homelab"));
    const values = JSON.parse(JSON.stringify(config)) as Record<string, unknown>;
    assert.deepEqual(parseConfigValues(values, "f"), { ok: true, config });
  });

  it("may hold the providers' keys and the engine's own, secrets among them", () => {
    const text = `encryptionsalt: v1:abc\n${stackFile({ more: "  proxmoxve:apiToken: { secure: AAAB }\n" })}`;
    assert.ok(parseStackFile(text, "f").ok);
  });

  describe("is refused with place, reason, what is allowed and remedy when", () => {
    it("a key is mistyped, at any depth", () => {
      assert.deepEqual(problems(stackFile({ controlPlane: "{ count: 1, cores: 2, memoryGib: 4, diskGiB: 20 }" })), [
        "13:5 topology.controlPlane.memoryGiB | missing | Memory of each machine in GiB, a whole number from 1 to 16384 | add memoryGiB",
        "13:41 topology.controlPlane.memoryGib | unknown key memoryGib | source, count, machines, cores, memoryGiB, diskGiB, datastore, disks, diskLimits, networkMiBps, cpu, devices, hosts, spread, ids, addresses, names, labels, taints, extensions, installDisk, interface, configPatches, cost, schedulable | did you mean memoryGiB?",
      ]);
    });

    it("a concern is mistyped or missing", () => {
      assert.deepEqual(problems(stackFile().replace("proxmox-talos:metadata", "proxmox-talos:metadat")), [
        "1:1 metadata | missing | Name and environment of the stack | add proxmox-talos:metadata",
        "2:3 metadat | unknown key proxmox-talos:metadat | metadata, proxmox, network, topology, talos, kubernetes, addons, externals, secrets, costs, sla, acknowledge, consent, policies, state | did you mean metadata?",
      ]);
    });

    it("a key of the file itself is mistyped", () => {
      assert.deepEqual(problems(`configs: {}\n${stackFile()}`), [
        "1:1 configs | unknown key configs | config, encryptionsalt, secretsprovider, encryptedkey, environment | did you mean config?",
      ]);
    });

    it("a value has the wrong type or is out of range", () => {
      assert.deepEqual(problems(stackFile({ vm: '{ idBase: 99, idCount: "10" }' })), [
        "5:11 proxmox.vm.idBase | too small | First VM id of the stack, a whole number from 100 to 999999999 | write one that is allowed",
        "5:23 proxmox.vm.idCount | not a number | Number of VM ids the stack may use, a whole number from 1 to 10000 | write the number without quotes",
      ]);
    });

    it("both or neither of two alternatives are given", () => {
      assert.deepEqual(short(stackFile({ endpoint: "{ address: 192.168.1.100, vip: 192.168.1.99 }" })), [
        "11:5 network.endpoint | address and vip at once",
      ]);
      assert.deepEqual(short(stackFile({ endpoint: "{}" })), ["11:5 network.endpoint | no way to the API"]);
      assert.deepEqual(short(stackFile({ controlPlane: "{ cores: 2, memoryGiB: 4 }" })), [
        "13:5 topology.controlPlane | neither count nor machines",
      ]);
      assert.deepEqual(short(stackFile({ controlPlane: "{ count: 1, machines: { ctrl-00: {} }, cores: 2, memoryGiB: 4 }" })), [
        "13:5 topology.controlPlane | both count and machines",
      ]);
    });

    it("a range is none, ends before it begins or changes its width", () => {
      const ranges = (text: string): string[] =>
        short(stackFile({ workers: `{ a: { count: 1, cores: 2, memoryGiB: 4, ${text} } }` })).map((line) =>
          line.replace(/^.*workers\.a\./, ""),
        );
      assert.deepEqual(ranges("ids: 806"), ["ids | not text"]);
      assert.deepEqual(ranges("ids: 99-103"), ["ids | not all of these are VM ids"]);
      assert.deepEqual(ranges("ids: 806-803"), ["ids | ends before it begins"]);
      assert.deepEqual(ranges("addresses: 192.168.1.103"), ["addresses | not in the form asked for"]);
      assert.deepEqual(ranges("addresses: 192.168.1.103-192.168.1.300"), ["addresses | 192.168.1.300 is no IP address"]);
      assert.deepEqual(ranges("addresses: 192.168.1.103-192.168.1.102"), ["addresses | ends before it begins"]);
      assert.deepEqual(ranges("addresses: 192.168.1.103-fd00::1"), ["addresses | mixes IPv4 and IPv6"]);
      assert.deepEqual(ranges("addresses: fd00::1-fd01::1"), ["addresses | holds more than 65536 addresses"]);
      assert.deepEqual(ranges("names: work-8..11"), ["names | the two numbers have different widths"]);
      assert.deepEqual(ranges("names: work-06..03"), ["names | ends before it begins"]);
      assert.deepEqual(ranges("names: Work-03..06"), ["names | not in the form asked for"]);
    });

    it("two values of one object contradict each other", () => {
      const host = "address: 192.168.1.2, cores: 8, memoryGiB: 64, datastores: { local-lvm: { sizeGiB: 1 } }";
      assert.deepEqual(short(stackFile({ hosts: `{ pve: { ${host}, threads: 4 } }` })), [
        "6:111 proxmox.hosts.pve.threads | fewer threads than cores",
      ]);
      assert.deepEqual(short(stackFile({ vm: "{ idBase: 999999995, idCount: 10 }" })), [
        "5:30 proxmox.vm.idCount | runs past 999999999, the last VM id",
      ]);
      assert.deepEqual(
        short(stackFile({ more: "  proxmox-talos:addons: { cilium: { hubble: { relay: false, ui: true } } }\n" })),
        ["15:61 addons.cilium.hubble.ui | the interface needs the relay"],
      );
    });

    it("a pool of existing machines says how VMs are made, or a pool of VMs what machines are like", () => {
      const existing = "source: existing, cores: 4, memoryGiB: 8, installDisk: /dev/sda";
      assert.deepEqual(
        short(stackFile({ workers: `{ a: { ${existing}, hosts: [pve], disks: { x: { sizeGiB: 1 } }, machines: { A: {} } } }` })),
        [
          "14:86 topology.workers.a.hosts | only for VMs, not for source: existing",
          "14:109 topology.workers.a.disks.x.selector | missing",
          "14:142 topology.workers.a.machines.A | not a valid name",
          "14:142 topology.workers.a.machines.A.address | missing",
        ],
      );
      assert.deepEqual(short(stackFile({ workers: `{ a: { ${existing}, count: 1 } }` })), [
        "14:16 topology.workers.a | existing machines without machines",
        "14:86 topology.workers.a.count | only for VMs, not for source: existing",
      ]);
      const vms = "count: 1, cores: 2, memoryGiB: 4, interface: eth0, disks: { x: { sizeGiB: 1, selector: system_disk } }";
      assert.deepEqual(short(stackFile({ workers: `{ a: { ${vms} } }` })), [
        "14:55 topology.workers.a.interface | only for source: existing",
        "14:98 topology.workers.a.disks.x.selector | only for source: existing",
      ]);
    });

    it("a namespace is mistyped, or a concern is there with and without it", () => {
      assert.deepEqual(problems(stackFile().replace("proxmox-talos:network", "proxmox-talso:network")), [
        "7:3 proxmox-talso:network | unknown namespace proxmox-talso | proxmox-talos, or a provider's namespace | did you mean proxmox-talos:network?",
      ]);
      assert.deepEqual(problems(stackFile({ more: "  metadata: { name: other, environment: dev }\n" })), [
        "2:3 metadata | metadata is there twice, with and without proxmox-talos: | one of the two | remove metadata, keep proxmox-talos:metadata",
      ]);
    });

    it("a concern has no value or none that is a map", () => {
      assert.deepEqual(problems(stackFile({ more: "  proxmox-talos:talos:\n  proxmox-talos:kubernetes: v1.36.0\n" })), [
        "15:3 talos | empty | Talos version, discovery and extensions | write {} for all of its defaults, or remove the key",
        "16:3 kubernetes | not a map | Kubernetes version, networks and arguments | write one that is allowed",
      ]);
    });

    it("text is no address, network, version or URL", () => {
      const text = stackFile({ more: "  proxmox-talos:talos: { version: 1.13.9 }\n" })
        .replace("192.168.1.0/24", "192.168.1.7/24")
        .replace("gateway: 192.168.1.1", "gateway: 192.168.1.256")
        .replace("https://192.168.1.2:8006", "http://192.168.1.2:8006");
      assert.deepEqual(
        problems(text).map((line) => line.split(" | ")[0]),
        ["4:5 proxmox.endpoint", "8:5 network.subnet", "9:5 network.gateway", "15:26 talos.version"],
      );
    });

    it("a worker pool has a name Kubernetes would not take", () => {
      assert.deepEqual(problems(stackFile({ workers: "{ Big: { count: 1, cores: 2, memoryGiB: 4 } }" })), [
        "14:16 topology.workers.Big | not a valid name | Name of a worker pool: lower-case letters, digits and hyphens, at most 40, beginning with a letter | rename it",
      ]);
    });

    it("something of the project's own is encrypted", () => {
      assert.deepEqual(problems(stackFile().replace("gateway: 192.168.1.1", "gateway: { secure: AAAB }")), [
        "9:5 network.gateway | an encrypted value | a plain value: nothing under proxmox-talos is a secret | write the value itself, or keep the secret under its provider's namespace",
      ]);
    });

    it("an encrypted value is in the way, wherever, without showing it", () => {
      for (const text of [
        stackFile({ vm: "{ secure: AAABhunter2 }" }),
        stackFile({ vm: "{ idBase: { secure: AAABhunter2, x: 1 } }" }),
        stackFile({ vm: "{ idBase: 800, idCuont: { a: [{ secure: AAABhunter2 }] } }" }),
        stackFile({ controlPlane: "[{ secure: AAABhunter2 }]" }),
        stackFile({ more: "  proxmox-talos:xyz: { a: { secure: AAABhunter2 } }\n" }),
        "- { secure: AAABhunter2 }\n",
        "config: [{ secure: AAABhunter2 }]\n",
      ]) {
        const parsed = parseStackFile(text, "s.yaml");
        assert.ok(!parsed.ok);
        assert.ok(JSON.stringify(parsed).includes("[secret]"), text);
        assert.ok(!JSON.stringify(parsed).includes("hunter2"), text);
        assert.ok(!formatProblems(parsed.problems).includes("hunter2"), text);
      }
    });

    it("it is no YAML, no map or has no configuration", () => {
      assert.deepEqual(problems("config: [\n"), [
        "2:1  | not YAML: Flow sequence in block collection must be sufficiently indented and end with a ] | one YAML document | mend this line",
      ]);
      assert.deepEqual(short(stackFile().replace("    subnet", "\tsubnet")), [
        "8:1  | not YAML: Tabs are not allowed as indentation",
      ]);
      assert.deepEqual(short(`${stackFile()}---\na: 1\n`), ["15:1  | not YAML: a second document begins here"]);
      assert.deepEqual(short("config:\n  ? [a]\n  : 1\n"), ["2:5  | not YAML: this key is no text"]);
      assert.deepEqual(problems(""), ["1:1  | not a stack file | a map with the key config | begin with `config:`"]);
      assert.deepEqual(problems("- 1\n"), ["1:1  | not a stack file | a map with the key config | begin with `config:`"]);
      assert.deepEqual(problems("encryptionsalt: x\n"), [
        "1:1 config | no configuration | a map of proxmox-talos: keys | add proxmox-talos:metadata and what follows it",
      ]);
    });
  });

  it("is read on when a key is there twice, so that the rest is reported too", () => {
    const text = stackFile({ vm: "{ idBase: 1 }" }).replace("    gateway", "    gateway: 192.168.1.1\n    gateway");
    assert.deepEqual(short(text), ["5:11 proxmox.vm.idBase | too small", "10:5  | not YAML: the key gateway is there already"]);
  });

  it("may use anchors, aliases and merge keys; what is wrong with them is reported where it is", () => {
    const worker = "{ main: { <<: *cp, count: 2 } }";
    const config = configOf(stackFile({ controlPlane: "&cp { count: 1, cores: 2, memoryGiB: 4 }", workers: worker }));
    assert.equal(config.topology.workers["main"]?.memoryGiB, 4);
    assert.deepEqual(short(stackFile({ controlPlane: "&cp { count: 1, cores: 2, memoryGiB: x }", workers: "{ main: *cp }" })), [
      "13:45 topology.controlPlane.memoryGiB | not a number",
      "13:45 topology.workers.main.memoryGiB | not a number",
    ]);
    assert.deepEqual(short(stackFile({ vm: "*nope" })), ["5:9  | not YAML: Unresolved alias: nope"]);
    const nine = (name: string): string => Array.from({ length: 9 }, () => `*${name}`).join(", ");
    assert.deepEqual(short(`a: &a [x]\nb: &b [${nine("a")}]\nc: &c [${nine("b")}]\nconfig: [${nine("c")}]\n`), [
      "1:1  | not YAML: Excessive alias count indicates a resource exhaustion attack",
    ]);
  });

  it("is never answered with an exception, whatever is written in place of a value", () => {
    const lines = stackText("homelab").split("\n");
    const junk = fc.constantFrom(
      "",
      "~",
      "[]",
      "{}",
      "-1",
      "1.5",
      "yes",
      "*x",
      "&x",
      "!!binary x",
      "{ __proto__: 1 }",
      "'",
      "\t",
      "%",
    );
    fc.assert(
      fc.property(fc.nat({ max: lines.length - 1 }), junk, fc.boolean(), (index, value, whole) => {
        const changed = lines.map((line, at) => (at === index ? (whole ? value : line.replace(/:.*$/, `: ${value}`)) : line));
        const parsed = parseStackFile(changed.join("\n"), "s.yaml");
        if (parsed.ok) return;
        assert.ok(parsed.problems.length > 0);
        for (const { line, message, allowed, remedy } of parsed.problems)
          assert.ok(line !== null && line >= 1 && message !== "" && allowed !== "" && remedy !== "", changed.join("\n"));
      }),
      { seed: 20261120, numRuns: 300 },
    );
  });

  it("has all its problems in one report, in the order of the file", () => {
    const text = stackFile({
      vm: "{ idBase: 1 }",
      controlPlane: "{ count: 1, cores: x, memoryGiB: 4 }",
      endpoint: "{ adress: 1 }",
    });
    const parsed = parseStackFile(text, "s.yaml");
    assert.ok(!parsed.ok);
    const report = formatProblems(parsed.problems);
    assert.match(report, /^s\.yaml: 3 problems\n/);
    const lines = parsed.problems.map(({ line }) => line ?? 0);
    assert.deepEqual(
      lines,
      [...lines].sort((a, b) => a - b),
    );
    assert.ok(report.includes("s.yaml:5:11  proxmox.vm.idBase: too small\n  value    1\n  allowed  First VM id"), report);
    assert.ok(!/\.$/m.test(report), "no final period");
  });

  it("is read from the engine's values with the same problems, without places", () => {
    const parsed = parseConfigValues({ metadata: { name: "lab", environment: "prd" }, metdata: {} }, "Pulumi.lab.yaml");
    assert.ok(!parsed.ok);
    assert.ok(parsed.problems.every(({ line, column, file }) => line === null && column === null && file === "Pulumi.lab.yaml"));
    const report = formatProblems(parsed.problems);
    assert.ok(
      report.includes(`Pulumi.lab.yaml  metadata.environment: not allowed here
  value    "prd"
  allowed  Environment: dev, homelab, staging or prod
  remedy   did you mean prod?`),
      report,
    );
  });

  it("finds the place of problems that only the planner sees", () => {
    const at = (path: string): string => {
      const [located] = locateProblems([{ path, value: null, message: "", allowed: "", remedy: "" }], stackText("homelab"), "f");
      return `${located?.line}:${located?.column}`;
    };
    assert.equal(at("topology.workers.large"), "37:7");
    assert.equal(at("topology.workers.large.hosts.0"), "38:66");
    assert.equal(at("topology.workers.none.count"), "36:5");
    assert.equal(at("proxmox.hosts.pve-02.memoryGiB"), "23:9");
  });
});

describe("nearest", () => {
  it("names what was probably meant, and nothing when nothing is near", () => {
    assert.equal(nearest("memroyGiB", ["memoryGiB", "cores"]), "memoryGiB");
    assert.equal(nearest("zzz", ["memoryGiB", "cores"]), undefined);
    // Letters that changed places are one slip, which is less than two others.
    assert.equal(nearest("cuont", ["cost", "count"]), "count");
  });
});
