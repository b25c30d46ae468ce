import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { stackSchemaText } from "../../config/json-schema";
import { locateProblems, parseConfigValues, parseStackFile } from "../../config/parse";
import { nearest } from "../../config/problem";
import { formatProblems } from "../../config/report";
import { PROJECT, configOf, stackFile, stackText } from "../stacks";

/** The report of an invalid text, problem by problem. */
function problems(text: string): string[] {
  const parsed = parseStackFile(text, "s.yaml");
  assert.ok(!parsed.ok, "the file is valid");
  return parsed.problems.map(
    ({ line, column, path, message, allowed, remedy }) => `${line}:${column} ${path} | ${message} | ${allowed} | ${remedy}`,
  );
}

describe("stack file", () => {
  it("is read with its defaults filled in", () => {
    const config = configOf(stackFile());
    assert.equal(config.proxmox.bridge, "vmbr0");
    assert.equal(config.proxmox.insecure, false);
    assert.equal(config.talos.discovery, true);
    assert.equal(config.kubernetes.version, "v1.36.0");
    assert.deepEqual(config.acknowledge, []);
    assert.equal(config.topology.workers["main"]?.datastore, "local-lvm");
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
        "13:41 topology.controlPlane.memoryGib | unknown key memoryGib | count, machines, cores, memoryGiB, diskGiB, datastore, hosts, ids, addresses, names | did you mean memoryGiB?",
      ]);
    });

    it("a concern is mistyped or missing", () => {
      assert.deepEqual(problems(stackFile().replace("proxmox-talos:metadata", "proxmox-talos:metadat")), [
        "1:1 metadata | missing | Name and environment of the stack | add proxmox-talos:metadata",
        "2:3 metadat | unknown key proxmox-talos:metadat | metadata, proxmox, network, topology, talos, kubernetes, addons, acknowledge | did you mean metadata?",
      ]);
    });

    it("a key of the file itself is mistyped", () => {
      assert.deepEqual(problems(`configs: {}\n${stackFile()}`), [
        "1:1 configs | unknown key configs | config, encryptionsalt, secretsprovider, encryptedkey, environment | did you mean config?",
      ]);
    });

    it("a value has the wrong type or is out of range", () => {
      assert.deepEqual(problems(stackFile({ vm: '{ idBase: 99, idCount: "10" }' })), [
        "5:11 proxmox.vm.idBase | not allowed here | First VM id of the stack, a whole number from 100 to 999999999 | write one that is allowed",
        "5:23 proxmox.vm.idCount | not a number | Number of VM ids the stack may use, a whole number from 1 to 10000 | write one that is allowed",
      ]);
    });

    it("both or neither of two alternatives are given", () => {
      const path = (text: string): string[] => problems(text).map((line) => line.split(" | ")[0] ?? "");
      assert.deepEqual(path(stackFile({ endpoint: "{ address: 192.168.1.100, vip: 192.168.1.99 }" })), ["11:5 network.endpoint"]);
      assert.deepEqual(path(stackFile({ endpoint: "{}" })), ["11:5 network.endpoint"]);
      assert.deepEqual(path(stackFile({ controlPlane: "{ cores: 2, memoryGiB: 4 }" })), ["13:5 topology.controlPlane"]);
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
        "14:16 topology.workers.Big | not a valid name | lower-case letters, digits and hyphens, beginning with a letter | rename it",
      ]);
    });

    it("something of the project's own is encrypted, without showing it", () => {
      const text = stackFile().replace("gateway: 192.168.1.1", "gateway: { secure: AAABhunter2 }");
      const parsed = parseStackFile(text, "s.yaml");
      assert.ok(!parsed.ok);
      assert.equal(parsed.problems.length, 1);
      assert.equal(parsed.problems[0]?.value, "[secret]");
      assert.ok(!formatProblems(parsed.problems).includes("hunter2"));
    });

    it("it is no YAML, no map or has no configuration", () => {
      assert.match(problems("config: [\n")[0] ?? "", /^2:1 {2}\| not YAML: /);
      assert.match(problems("config:\n  a: 1\n  a: 2\n")[0] ?? "", /^3:3 {2}\| not YAML: Map keys must be unique/);
      assert.deepEqual(problems("- 1\n"), ["1:1  | not a stack file | a map with the key config | begin with `config:`"]);
      assert.deepEqual(problems("encryptionsalt: x\n"), [
        "1:1 config | no configuration | a map of proxmox-talos: keys | add proxmox-talos:metadata and what follows it",
      ]);
    });
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
    assert.match(report, /^s\.yaml: 4 problems\n/);
    const lines = parsed.problems.map(({ line }) => line ?? 0);
    assert.deepEqual(
      lines,
      [...lines].sort((a, b) => a - b),
    );
    assert.ok(report.includes("s.yaml:5:11  proxmox.vm.idBase: not allowed here\n  value    1\n  allowed  First VM id"), report);
    assert.ok(!/\.$/m.test(report), "no final period");
  });

  it("finds the place of problems that only the planner sees", () => {
    const at = (path: string): string => {
      const [located] = locateProblems([{ path, value: null, message: "", allowed: "", remedy: "" }], stackText("homelab"), "f");
      return `${located?.line}:${located?.column}`;
    };
    assert.equal(at("topology.workers.large"), "35:7");
    assert.equal(at("topology.workers.large.hosts.0"), "36:66");
    assert.equal(at("topology.workers.none.count"), "34:5");
    assert.equal(at("proxmox.hosts.pve-02.memoryGiB"), "22:9");
  });
});

describe("nearest", () => {
  it("names what was probably meant, and nothing when nothing is near", () => {
    assert.equal(nearest("memroyGiB", ["memoryGiB", "cores"]), "memoryGiB");
    assert.equal(nearest("zzz", ["memoryGiB", "cores"]), undefined);
  });
});

describe("JSON Schema", () => {
  it("is up to date in config/stack.schema.json", () => {
    assert.equal(readFileSync(join(PROJECT, "config", "stack.schema.json"), "utf8"), stackSchemaText(), "run `npm run schema`");
  });

  it("is named on the first line of every stack file", () => {
    for (const stack of ["homelab", "prod"]) {
      assert.equal(stackText(stack).split("\n")[0], "# yaml-language-server: $schema=./config/stack.schema.json");
    }
  });

  it("requires what the parser requires and knows the same keys", () => {
    const schema = JSON.parse(stackSchemaText()) as {
      properties: { config: { required: string[]; properties: Record<string, { properties?: object; required?: string[] }> } };
    };
    const { required, properties } = schema.properties.config;
    assert.deepEqual(
      required,
      ["metadata", "proxmox", "network", "topology"].map((name) => `proxmox-talos:${name}`),
    );
    const pool = JSON.stringify(properties["proxmox-talos:topology"]);
    for (const key of ["count", "machines", "cores", "memoryGiB", "names"]) assert.ok(pool.includes(`"${key}"`), key);
    assert.deepEqual(properties["proxmox-talos:metadata"]?.required, ["name", "environment"]);
  });
});
