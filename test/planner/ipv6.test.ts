import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { controlPlanePatch } from "../../components/talos/machine-patches";
import type { Plan } from "../../planner";
import { valueAt } from "../../planner/addons/layers";
import { planOf, stackFile } from "../stacks";

const OBSERVED = "{ cilium: { enabled: false }, kubePrometheusStack: {}, loki: {}, tempo: {}, alloy: {} }";

/** A stack whose machines have one address each, of a family. */
function planIn(family: 4 | 6): Plan {
  const text = stackFile({ more: `  proxmox-talos:addons: ${OBSERVED}\n` });
  return planOf(
    family === 4
      ? text
      : text
          .replaceAll(/192\.168\.1\.(\d+)/g, "fd00:1::$1")
          .replace("fd00:1::0/24", "fd00:1::/64")
          .replace("//fd00:1::2:", "//[fd00:1::2]:"),
  );
}

/** Addresses that programs listen on for others. */
function listening(plan: Plan): string[] {
  const { alloy, tempo } = plan.addons;
  const texts = [controlPlanePatch(plan), JSON.stringify([valueAt(alloy?.values, "alloy.configMap.content"), tempo?.values])];
  return texts.flatMap((text) =>
    [...text.matchAll(/bind-address: ("::"|\S+)|(?:0\.0\.0\.0|\[::\]):\d+/g)].map(([found]) => found),
  );
}

const OF_CONTROL_PLANES = (any: string, inUrls: string): string[] => [
  `bind-address: ${any}`,
  `${inUrls}:2381`,
  `bind-address: ${inUrls}:10249`,
  `bind-address: ${any}`,
];

describe("programs that others ask", () => {
  it("listen on IPv4 where machines have it", () => {
    const plan = planIn(4);
    assert.deepEqual(listening(plan), [...OF_CONTROL_PLANES("0.0.0.0", "0.0.0.0"), "0.0.0.0:4317", "0.0.0.0:4318"]);
    assert.ok(!plan.findings.some(({ code }) => code === "addon-family-missing"));
  });

  it("listen on IPv6 where machines have nothing else; what cannot is told", () => {
    const plan = planIn(6);
    assert.deepEqual(
      listening(plan).map((each) => each.replaceAll('"', "")),
      [...OF_CONTROL_PLANES("::", "[::]"), ...["[::]:4317", "[::]:4318"], ...["[::]:4317", "[::]:4318"]],
    );
    assert.deepEqual(
      plan.findings.filter(({ code }) => code === "addon-family-missing").map(({ severity, path }) => `${severity} ${path}`),
      ["error addons.loki", "error addons.tempo"],
    );
  });
});
