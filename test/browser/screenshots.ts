/** `npm run screenshots`: the pictures in docs/images that the documentation shows, made anew. */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pageOf } from "../../automation/report/write";
import { stackOf } from "../../bench/stack";
import { recordedRehearsal } from "../simulator/recorded";
import { PROJECT, stackOfText, stackText } from "../stacks";
import type { Opening } from "./chromium";
import { Chromium, chromiumPath } from "./chromium";

/** A picture of one section. */
interface Shot extends Opening {
  readonly file: string;
  readonly stack: string;
  readonly text: string;
  /** Whether its timeline is wanted. @default false */
  readonly rehearsed?: boolean;
  /** What is shown first, as a selector. */
  readonly from: string;
  /** Pixels from its top. */
  readonly height: number;
}

const SHOTS: readonly Shot[] = [
  {
    file: "report-what-if.png",
    stack: "dual-stack",
    text: readFileSync(join(PROJECT, "examples", "dual-stack.yaml"), "utf8"),
    from: ".toolbars",
    height: 560,
    hash: "#fail=host%3Aalpha",
    viewport: { width: 1360, height: 900 },
  },
  {
    file: "report-timeline.png",
    stack: "homelab",
    text: stackText("homelab"),
    rehearsed: true,
    from: "#timeline-title",
    height: 530,
    colorScheme: "dark",
    viewport: { width: 1200, height: 900 },
  },
  {
    file: "report-40-hosts.png",
    stack: "1000-machines",
    text: stackOf({ machines: 1000, hosts: 40 }),
    from: ".toolbars",
    height: 560,
    hash: "#fail=host%3Apve-03",
    viewport: { width: 1360, height: 1000 },
  },
];

async function take(browser: Chromium, { file, stack, text, rehearsed, from, height, ...opening }: Shot): Promise<void> {
  const rehearsal = rehearsed === true ? (await recordedRehearsal(text)).rehearsal : undefined;
  writeFileSync(browser.path("page.html"), await pageOf(stackOfText(text, stack), rehearsal));
  const { page } = await browser.open(browser.path("page.html"), opening);
  const top = await page.evaluate<number>(`document.querySelector("${from}").getBoundingClientRect().top + scrollY`);
  const path = join(PROJECT, "docs", "images", file);
  const width = opening.viewport?.width ?? 1360;
  await page.screenshot({ path, fullPage: true, clip: { x: 0, y: top - 14, width, height } });
  process.stdout.write(`${file}: ${Math.ceil(statSync(path).size / 1024)} KiB\n`);
  await browser.close();
}

async function main(): Promise<void> {
  const executable = chromiumPath();
  if (executable === undefined) throw new Error("no Chromium, which Debian has in the package chromium");
  const browser = new Chromium(executable);
  try {
    for (const shot of SHOTS) await take(browser, shot);
  } finally {
    await browser.end();
  }
}

void main();
