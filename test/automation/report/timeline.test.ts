import assert from "node:assert/strict";
import { drawTimeline } from "../../../automation/report/timeline-drawing";
import { timelineOf } from "../../../automation/report/timeline";
import { homelabRehearsal, planOfStack, rehearsalOf, resource } from "./pages";

const plan = planOfStack("homelab");

describe("the timeline", () => {
  it("has every operation that takes time in one lane, hosts in order", async () => {
    const rehearsal = await homelabRehearsal();
    const { lanes, seconds, phases } = timelineOf(rehearsal, plan);
    assert.equal(seconds, rehearsal.makespanSeconds);
    assert.deepEqual(
      lanes.map(({ name }) => name),
      ["preparation", "pve", "pve-02", "TalosCluster", "cilium"],
    );
    const drawn = lanes.flatMap(({ spans }) => spans.map(({ resource: { urn } }) => urn)).sort();
    const timed = rehearsal.resources.filter(({ startSeconds, endSeconds }) => endSeconds > startSeconds);
    assert.deepEqual(drawn, timed.map(({ urn }) => urn).sort());
    assert.deepEqual(
      phases.map(({ phase, startSeconds, endSeconds }) => [phase, startSeconds, endSeconds]),
      [
        ["images", 0, 31],
        ["VMs", 31, 109],
        ["Talos", 44, 131],
        ["Kubernetes", 66, 166],
        ["add-ons", 166, 227],
      ],
    );
  });

  it("never draws two operations over each other", async () => {
    for (const { spans, rows } of timelineOf(await homelabRehearsal(), plan).lanes) {
      for (let row = 0; row < rows; row++) {
        const own = spans.filter((span) => span.row === row);
        for (const [index, { resource: next }] of own.slice(1).entries()) {
          assert.ok((own[index]?.resource.endSeconds ?? 0) <= next.startSeconds, next.urn);
        }
      }
    }
  });

  it("marks the critical path, and draws it from bar to bar", async () => {
    const rehearsal = await homelabRehearsal();
    const timeline = timelineOf(rehearsal, plan);
    const critical = timeline.lanes
      .flatMap(({ spans }) => spans.filter((span) => span.critical))
      .map(({ resource: { urn } }) => urn);
    assert.deepEqual(critical.sort(), [...rehearsal.criticalPath].sort());
    const { text } = drawTimeline(timeline).body;
    assert.equal(text.match(/class="span on-\d critical"/g)?.length, rehearsal.criticalPath.length);
    const lines = /class="critical-path"[^>]*>(.*?)<\/g>/.exec(text)?.[1] ?? "";
    assert.equal(lines.match(/<path/g)?.length, rehearsal.criticalPath.length - 1);
  });

  it("shows what failed even where that took no time, and what is on no host with its component", () => {
    const component = resource("own", { urn: "urn:parent", type: "proxmox-talos:addons:Longhorn", endSeconds: 0 });
    const failed = resource("volume", {
      type: "kubernetes:core/v1:ConfigMap",
      parent: "urn:parent",
      outcome: "failed",
      endSeconds: 0,
    });
    const still = resource("same", { endSeconds: 0 });
    const timeline = timelineOf(rehearsalOf([component, failed, still]), plan);
    assert.deepEqual(
      timeline.lanes.map(({ name, spans }) => [name, spans.map(({ label }) => label)]),
      [["own", ["ConfigMap volume"]]],
    );
    const { text } = drawTimeline(timeline).body;
    assert.match(text, /class="span on-6 failed"/);
    assert.match(text, /<title>ConfigMap volume, create, 0:00 to 0:00, 0:00 of simulated time, failed<\/title>/);
  });
});
