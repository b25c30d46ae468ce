import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "mocha";
import { SEED_IMAGE_BYTES, seedImage } from "../../components/guests/seed-image";

const FILES = { "user-data": "#cloud-config\n", "meta-data": "instance-id: a\n", "network-config": "version: 2\n" };

describe("the image of a seed", () => {
  it("is a text of ASCII, which the state and the provider hand on as it is", () => {
    const image = seedImage({ ...FILES, "user-data": `#cloud-config\n${"# a line\n".repeat(3000)}` });
    assert.equal(Buffer.byteLength(image, "utf8"), image.length);
    assert.deepEqual([image.length % 2048, image.length < SEED_IMAGE_BYTES], [0, true]);
  });

  it("is the same for the same files, in whatever order they come", () => {
    assert.equal(seedImage(FILES), seedImage(Object.fromEntries(Object.entries(FILES).reverse())));
  });

  it("has each file where the folder says, filled up with line ends", () => {
    const image = seedImage(FILES);
    assert.equal(image.slice(22 * 2048, 23 * 2048).trimEnd(), "#cloud-config");
    assert.equal(image.slice(20 * 2048, 21 * 2048), FILES["meta-data"].padEnd(2048, "\n"));
  });

  it("is refused for what is no ASCII, and for what does not fit", () => {
    assert.throws(() => seedImage({ "user-data": "grün" }), /^Error: user-data holds a character that is not ASCII$/);
    assert.throws(() => seedImage({ "user-data": "x".repeat(31_000) }), /^Error: user-data has 31000 bytes, at most 30720 fit$/);
    const many = Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`file-${index}`, "x".repeat(30_000)]));
    assert.throws(() => seedImage(many), /^Error: the seed has 125 sectors, at most 117 fit$/);
  });

  it("is recognised by blkid, as cloud-init does", function () {
    const folder = mkdtempSync(join(tmpdir(), "seed-"));
    try {
      const file = join(folder, "seed.iso");
      writeFileSync(file, seedImage(FILES).padEnd(SEED_IMAGE_BYTES, " "), "latin1");
      const { error, stdout } = spawnSync("blkid", ["-p", "-o", "export", file], { encoding: "utf8" });
      if (error) {
        console.log("      skipped: blkid is not installed (Debian: apt-get install util-linux)");
        return this.skip();
      }
      assert.match(stdout, /^LABEL=cidata$/m);
      assert.match(stdout, /^TYPE=iso9660$/m);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
