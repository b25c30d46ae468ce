import { after, before, describe, it } from "mocha";
import { SHELLS } from "./commands";
import { follow, tableCommands } from "./follow";
import { documents } from "./markdown";
import { Clone } from "./shell";

/** Decisions are history: what they name may be gone. */
const HISTORY = "docs/adr/";

describe("documents, followed from the first line to the last in a fresh clone", function () {
  this.timeout(900_000);
  /** The README and the page of commands have most rows in common. */
  const tables = new Set<string>();
  let clone: Clone;
  before(() => {
    clone = new Clone();
  });
  after(() => {
    clone.remove();
  });

  for (const document of documents()) {
    const { file, blocks } = document;
    const isTyped = blocks.some(({ language }) => SHELLS.includes(language)) || tableCommands(document).length > 0;
    if (file.startsWith(HISTORY) || !isTyped) continue;
    it(file, async () => {
      clone.reset();
      await follow(document, clone, { kinds: ["offline", "shell"], tables });
    });
  }
});
