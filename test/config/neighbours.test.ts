import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { datacenterSpec } from "../../automation/datacenter-spec";
import { planned } from "../../automation/stacks";
import { readNeighbours } from "../../config/neighbours";
import { rehearse } from "../../simulator";
import { PROJECT, configOf, stackFile, stackText } from "../stacks";

describe("neighbours", function () {
  this.timeout(30_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lab-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const write = (name: string, text: string): void => {
    writeFileSync(join(folder, name), text);
  };

  it("are the other stack files of the folder, in order of name", () => {
    for (const stack of ["dev", "b", "a"]) write(`Pulumi.${stack}.yaml`, stackFile());
    write("Pulumi.yaml", "name: proxmox-talos\n");
    write("notes.yaml", "x");
    assert.deepEqual(readNeighbours(folder, "dev"), [
      { file: "Pulumi.a.yaml", config: configOf(stackFile()) },
      { file: "Pulumi.b.yaml", config: configOf(stackFile()) },
    ]);
  });

  it("are none for a stack whose file is elsewhere, and none where there is no folder", () => {
    write("Pulumi.a.yaml", stackFile());
    assert.deepEqual(readNeighbours(folder, "my-cluster"), []);
    assert.deepEqual(readNeighbours(join(folder, "none"), "a"), []);
  });

  it("keep their names when they cannot be read, and lose everything else", () => {
    write("Pulumi.a.yaml", stackFile());
    write("Pulumi.broken.yaml", "config: { proxmox-talos:metadata: { name: hunter2! } }\n");
    write("Pulumi.text.yaml", "{{{");
    mkdirSync(join(folder, "Pulumi.folder.yaml"));
    assert.deepEqual(readNeighbours(folder, "a"), [
      { file: "Pulumi.broken.yaml", config: undefined },
      { file: "Pulumi.folder.yaml", config: undefined },
      { file: "Pulumi.text.yaml", config: undefined },
    ]);
  });

  /** A project of links to this one's files, with stack files of its own. */
  const project = (stacks: Record<string, string>): void => {
    for (const name of readdirSync(PROJECT).filter((each) => !/^Pulumi\..+\.yaml$|^\.git$/.test(each)))
      symlinkSync(join(PROJECT, name), join(folder, name));
    for (const [stack, text] of Object.entries(stacks)) write(`Pulumi.${stack}.yaml`, text);
  };
  const rehearsed = async (stack: string, text: string): Promise<string> => {
    const spec = datacenterSpec(configOf(text));
    const { result, resources, diagnostics } = await rehearse({ stack, stackText: text, projectDir: folder, datacenter: spec });
    return `${result} ${resources.length} ${JSON.stringify(diagnostics)}`;
  };

  it("are what a plan is held against when its file is the project's own, not when it is a draft from elsewhere", () => {
    project({ homelab: stackText("homelab"), dev: stackText("homelab") });
    const codes = (nameOrPath: string): string[] =>
      planned(nameOrPath, folder).plan.findings.flatMap(({ code }) => (code.endsWith("-conflict") ? code : []));
    const all = ["address-conflict", "id-conflict", "name-conflict"];
    assert.deepEqual(codes("dev"), all);
    assert.deepEqual(codes(join(folder, "Pulumi.dev.yaml")), all);
    assert.deepEqual(codes(join(PROJECT, "Pulumi.homelab.yaml")), []);
  });

  it("stop the running program before anything is created", async () => {
    const text = stackText("homelab");
    project({ homelab: text, dev: text });
    assert.match(await rehearsed("dev", text), /^failed 0 .*7 findings stop this stack.*id-conflict {2}proxmox\.vm/);
    // The same text under a name the folder has no file of: a rehearsal by path.
    assert.match(await rehearsed("draft", text), /^succeeded 40 /);
  });

  it("stay untouched when a stack grows past its ten ids: nothing is created", async () => {
    const grown = stackText("prod").replace("general: { count: 5", "general: { count: 8");
    project({ homelab: stackText("homelab"), prod: grown });
    assert.match(await rehearsed("prod", grown), /^failed 0 .*8 machines for 7 ids \(903-909\)/);
  });
});
