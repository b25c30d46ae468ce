import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { prose } from "../../../automation/report/explanations";
import { floorPlanSvg } from "../../../automation/report/floor-plan-svg";
import { escaped, markup } from "../../../automation/report/markup";
import { CATALOG } from "../../../planner";
import { explanationsOf } from "../../../automation/report/explanations";
import { DOCUMENTATION, homelabRehearsal, pageFor, planOfStack, rehearsalOf, resource } from "./pages";

const homelab = planOfStack("homelab");
const HOSTILE = `</script><img src=x onerror=alert(1)>"'&\u0000\u001b]`;

describe("the report's page", () => {
  let page: string;
  before(async () => {
    page = pageFor(homelab, { rehearsal: await homelabRehearsal() });
  });

  it("is the same for the same input, byte for byte", async () => {
    assert.equal(page, pageFor(planOfStack("homelab"), { rehearsal: await homelabRehearsal() }));
  });

  it("allows nothing but its own style and scripts: no network, no attribute that is code", () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll("&#39;", "'") ?? "";
    assert.match(policy, /^default-src 'none'; style-src 'sha256-/);
    const blocks = [...page.matchAll(/<(style|script)>(.*?)<\/\1>/gs)].map(([, name, text = ""]) => ({ name, text }));
    assert.deepEqual(
      blocks.map(({ name }) => name),
      ["style", "script", "script"],
    );
    for (const { text } of blocks) assert.ok(policy.includes(createHash("sha256").update(text).digest("base64")));
    const tags = page.replaceAll(/<(style|script)[^>]*>.*?<\/\1>/gs, "");
    assert.doesNotMatch(tags, /\s(style|on\w+)=/);
    assert.doesNotMatch(tags, /(src|href)="(?!#|data:)(?!https:\/\/[a-z.]+\/)/);
    assert.doesNotMatch(page, /@import|url\((?!#)/);
  });

  it("has one heading of the first kind, no id twice, and an end for every way within it", () => {
    assert.equal(page.match(/<h1[ >]/g)?.length, 1);
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    assert.deepEqual(
      ids.filter((id, index) => ids.indexOf(id) !== index),
      [],
    );
    const ends = new Set(ids);
    const ways = [...page.matchAll(/(?:href="#|aria-labelledby="|url\(#)([^")]*)/g)].map(([, id]) => id);
    const lost = ways.filter((id) => !ends.has(id));
    assert.deepEqual(lost, []);
  });

  it("shows every text as text, whatever is in it", () => {
    const plan = {
      ...homelab,
      stack: HOSTILE,
      clusterName: HOSTILE,
      hosts: homelab.hosts.map((host) => ({ ...host, name: `${HOSTILE}${host.name}`, failureDomain: HOSTILE })),
      machines: homelab.machines.map((machine) => ({ ...machine, name: `${HOSTILE}${machine.name}`, pool: HOSTILE })),
      costs: { ...homelab.costs, items: homelab.costs.items.map((item) => ({ ...item, name: HOSTILE })) },
      findings: homelab.findings.map((finding) => ({
        ...finding,
        code: HOSTILE,
        message: HOSTILE,
        path: HOSTILE,
        remedy: HOSTILE,
      })),
    };
    const rehearsal = rehearsalOf(
      [resource(HOSTILE, { urn: HOSTILE, operation: "update", changes: [{ path: HOSTILE, before: 1, after: 2 }] })],
      {
        stack: HOSTILE,
        violations: [{ rule: HOSTILE, urn: HOSTILE, message: HOSTILE }],
        diagnostics: [{ severity: "error", urn: HOSTILE, message: HOSTILE }],
        missedFaults: [HOSTILE],
      },
    );
    for (const text of [pageFor(plan, { rehearsal }), floorPlanSvg(plan)]) {
      assert.doesNotMatch(text, /<img|<\/script><img/);
      assert.ok(!text.includes("\u0000") && !text.includes("\u001b"));
      assert.match(text, /&lt;\/script&gt;&lt;img src=x onerror=alert\(1\)&gt;&quot;&#39;&amp;/);
    }
    assert.equal(pageFor(plan, { rehearsal }).match(/<\/script>/g)?.length, page.match(/<\/script>/g)?.length);
  });

  it("says nothing of what resources were given, or were before: secrets would be among it", () => {
    const given = resource("ctrl-00", {
      operation: "update",
      inputs: { token: "hush-hush" },
      changes: [{ path: "password", before: "hush-before", after: "hush-after" }],
    });
    const text = pageFor(homelab, { rehearsal: rehearsalOf([given]) });
    assert.doesNotMatch(text, /hush/);
    assert.match(text, /update: password/);
  });

  it("has the timeline and the graph of a rehearsal only, and costs only where they are known", () => {
    const sections = (text: string): (string | undefined)[] => [...text.matchAll(/<section id="([^"]+)"/g)].map(([, id]) => id);
    const free = { ...homelab, costs: { ...homelab.costs, items: [], totals: [] } };
    assert.deepEqual(sections(pageFor(free)), ["overview", "floor", "addresses", "findings"]);
    assert.deepEqual(sections(page), ["overview", "floor", "timeline", "graph", "addresses", "costs", "findings"]);
    assert.match(page, /<a href="#costs">Costs<\/a>/);
    assert.match(page, /<th scope="row">pve-02<\/th><td>EUR 433\.30<\/td>/);
    assert.match(page, /<th scope="row">in all<\/th><td>EUR /);
  });

  it("tells of a rehearsal that failed", () => {
    const rehearsal = rehearsalOf([resource("ctrl-00", { outcome: "failed" })], {
      result: "failed",
      violations: [{ rule: "host-memory", urn: "urn::x::ctrl-00", message: "too much" }],
    });
    const text = pageFor(homelab, { rehearsal });
    assert.match(text, /host-memory at ctrl-00: too much/);
    assert.match(text, /class="tile is-bad" href="#timeline">.*?<\/span> failed<\/span>/);
  });

  it("has the figures and findings of the plan", () => {
    assert.match(page, /<title>homelab: homelab-cluster<\/title>/);
    assert.match(page, />66 of 80<\/span>/);
    assert.match(page, /3:51<\/span>/);
    assert.match(page, /<strong>warning<\/strong> <a href="#about-vcpu-overcommit">vcpu-overcommit<\/a>/);
    assert.match(page, /<span class="mark fair" aria-hidden="true">!<\/span> <strong>warning/);
    assert.match(page, /✓ acknowledged: A small witness host is on the list/);
    assert.equal(page.match(/class="finding /g)?.length, homelab.findings.length);
  });
});

describe("explanations of findings", () => {
  it("are there for every finding that the planner can make", () => {
    const codes = new Set(Object.keys(CATALOG));
    const found = explanationsOf(DOCUMENTATION, codes);
    assert.deepEqual(new Set(found.map(({ code }) => code)), codes);
    for (const { code, body } of found) {
      assert.match(body.text, /<strong>Remedy\.<\/strong>/, code);
      assert.doesNotMatch(body.text.replaceAll(/<code>.*?<\/code>/gs, ""), /\*\*|`|\]\(/, code);
    }
  });

  it("keep code, lists and words of links, and lead to other sites only", () => {
    const text =
      "One `two` **three** _four_ [five](adr/5.md) [six](https://example.org/6) snake_case_word\n\n- a\n  b\n- c\n\n```yaml\nx: <y>\n```\n";
    assert.equal(
      prose(text).text,
      '<p>One <code>two</code> <strong>three</strong> <em>four</em> five <a href="https://example.org/6" rel="noreferrer">six</a> snake_case_word</p>' +
        "<ul><li>a\n  b</li><li>c</li></ul><pre><code>x: &lt;y&gt;</code></pre>",
    );
  });
});

describe("markup", () => {
  it("escapes values, keeps pieces, drops what says nothing", () => {
    assert.equal(
      markup`<b a="${'"'}">${"<"}${markup`<i>${1}</i>`}${[null, undefined, false, "&", 0]}</b>`.text,
      '<b a="&quot;">&lt;<i>1</i>&amp;0</b>',
    );
  });

  it("holds no character that a document may not have", () => {
    assert.equal(escaped("a\u0000b\u001fc\ud800d\ufffee\u0085f\tg😀"), "a b c d e f\tg😀");
  });
});
