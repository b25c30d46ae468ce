import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../../../automation/cli";

/** What a command writes to its streams. */
async function streamsOf(run: () => Promise<number>): Promise<{ code: number; out: string; err: string }> {
  const written = { out: "", err: "" };
  const [out, err] = [process.stdout.write.bind(process.stdout), process.stderr.write.bind(process.stderr)];
  process.stdout.write = (text: string | Uint8Array) => {
    written.out += String(text);
    return true;
  };
  process.stderr.write = (text: string | Uint8Array) => {
    written.err += String(text);
    return true;
  };
  try {
    return { code: await run(), ...written };
  } finally {
    process.stdout.write = out;
    process.stderr.write = err;
  }
}

describe("lab plan --html --svg", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "report-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("writes page and drawing beside the plan, and says so on stderr", async () => {
    const [html, svg] = [join(folder, "a.html"), join(folder, "a.svg")];
    const { code, out, err } = await streamsOf(() => main(["plan", "prod", "--json", "--html", html, "--svg", svg]));
    assert.equal(code, 0);
    assert.equal((JSON.parse(out) as { stack: string }).stack, "prod");
    assert.match(err, /^\S+a\.svg: \d+ KiB\n\S+a\.html: \d+ KiB\n$/);
    assert.match(readFileSync(html, "utf8"), /^<!doctype html>\n<html lang="en">/);
    assert.match(readFileSync(svg, "utf8"), /^<svg /);
  });

  it("looks before a rehearsal begins whether its report can be written", async () => {
    const { code, out, err } = await streamsOf(() => main(["rehearse", "nowhere", "--svg", folder]));
    assert.deepEqual([code, out], [2, ""]);
    assert.match(err, /cannot be written: it is a folder/);
  });

  it("exits 2 where a file cannot be written, naming it", async () => {
    const path = join(folder, "nowhere", "a.html");
    const { code, out, err } = await streamsOf(() => main(["plan", "prod", "--html", path]));
    assert.deepEqual([code, out], [2, ""]);
    assert.match(err, /nowhere\/a\.html cannot be written: ENOENT/);
  });
});
