import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { planStack } from "../../planner";
import { configOf, hosts, planOf, stackFile } from "../stacks";

const pools = {
  hosts: hosts(3),
  controlPlane: "{ count: 3, cores: 2, memoryGiB: 4, hosts: [pve-1, pve-2, pve-3] }",
  workers: "{ main: { count: 1, cores: 2, memoryGiB: 4, hosts: [pve-1] } }",
  endpoint: "{ vip: 192.168.1.99 }",
};
const text = (tailscale: object): string =>
  stackFile({ ...pools, more: `  proxmox-talos:talos: ${JSON.stringify({ tailscale })}\n` });

describe("Tailscale", () => {
  it("is built into the images of the pools that have it, and no other", () => {
    const { talos, machines } = planOf(text({ pools: ["main"], tags: ["tag:k8s"] }));
    const yamlOf = (name: string): string => {
      const key = machines.find((machine) => machine.name === name)?.schematic;
      return talos.schematics.find((each) => each.key === key)?.yaml ?? "";
    };
    assert.deepEqual(
      ["ctrl-00", "work-00"].map((name) => yamlOf(name).includes("- siderolabs/tailscale\n")),
      [false, true],
    );
    assert.deepEqual(
      machines.filter(({ tailscale }) => tailscale).map(({ name }) => name),
      ["work-00"],
    );
  });

  it("is one image for all where every pool has it", () => {
    assert.equal(planOf(text({})).talos.schematics.filter(({ yaml }) => yaml.includes("tailscale")).length, 1);
  });

  it("gets its settings as the extension reads them, the auth key not among them", () => {
    const environmentOf = (tailscale: object): readonly string[] | undefined =>
      planOf(text(tailscale)).machines.at(-1)?.tailscale?.environment;
    assert.deepEqual(environmentOf({}), ["TS_HOSTNAME=lab-work-00", "TS_AUTH_ONCE=true", "TS_ACCEPT_DNS=false"]);
    assert.deepEqual(
      environmentOf({
        hostnamePrefix: "",
        tags: ["tag:a", "tag:b"],
        routes: ["10.96.0.0/12", "10.9.0.0/16"],
        acceptRoutes: true,
        authOnce: false,
        loginServer: "https://headscale.example.org",
      }),
      [
        "TS_HOSTNAME=work-00",
        "TS_AUTH_ONCE=false",
        "TS_ACCEPT_DNS=false",
        "TS_ROUTES=10.96.0.0/12,10.9.0.0/16",
        "TS_EXTRA_ARGS=--advertise-tags=tag:a,tag:b --accept-routes --login-server=https://headscale.example.org",
      ],
    );
  });

  it("is refused for a pool that is not there, and names no tailnet takes", () => {
    const planned = planStack(configOf(text({ pools: ["mian"], hostnamePrefix: "x" })), "test");
    assert.ok(!planned.ok);
    assert.deepEqual(
      planned.problems.map(({ path, message, remedy }) => `${path}: ${message}; ${remedy}`),
      ["talos.tailscale.pools.0: no pool mian; did you mean main?"],
    );
    const long = planStack(configOf(text({ hostnamePrefix: "x".repeat(60) })), "test");
    assert.ok(!long.ok);
    assert.match(long.problems[0]?.message ?? "", /^x{60}ctrl-00 is 67 characters long$/);
  });

  const cases: [code: string, tailscale: object, expected: string[]][] = [
    ["tailscale-route-own-network", { routes: ["192.168.0.0/16"] }, []],
    ["tailscale-route-own-network", { routes: ["10.50.0.0/16"], acceptRoutes: true }, []],
    [
      "tailscale-route-own-network",
      { routes: ["10.50.0.0/16", "192.168.0.0/16", "10.96.0.0/12"], acceptRoutes: true },
      ["talos.tailscale.routes.1", "talos.tailscale.routes.2"],
    ],
    ["tailscale-key-expiry", {}, ["talos.tailscale.tags"]],
    ["tailscale-key-expiry", { tags: ["tag:k8s"] }, []],
    ["tailscale-routes-approval", { routes: ["10.50.0.0/16"] }, ["talos.tailscale.routes"]],
    ["tailscale-routes-approval", {}, []],
    ["tailscale-node-address", {}, []],
  ];
  for (const [code, tailscale, expected] of cases) {
    it(`${expected.length > 0 ? "reports" : "does not report"} ${code} for ${JSON.stringify(tailscale)}`, () => {
      const found = planOf(text(tailscale)).findings.filter((each) => each.code === code);
      assert.deepEqual(
        found.map(({ path }) => path),
        expected,
      );
    });
  }

  it("reports machines whose address nobody knows: the tailnet's may become theirs", () => {
    const existing = (name: string): string =>
      `{ source: existing, cores: 2, memoryGiB: 4, installDisk: /dev/sda, machines: { ${name}: { address: 10.0.0.9 } } }`;
    const { findings } = planOf(`config:
  proxmox-talos:metadata: { name: lab, environment: dev }
  proxmox-talos:network: { endpoint: { dns: api.example.org } }
  proxmox-talos:talos: { tailscale: { tags: [tag:k8s] } }
  proxmox-talos:topology: { controlPlane: ${existing("there")} }
`);
    const found = findings.filter(({ code }) => code === "tailscale-node-address");
    assert.deepEqual(
      found.map(({ message }) => message.split(" have ")[0]),
      ["there"],
    );
  });
});
