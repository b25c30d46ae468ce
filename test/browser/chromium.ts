import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser, BrowserContext, Page } from "playwright-core";

/** Where Debian and others put it. */
const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** A browser that has nothing of its own to tell anybody. */
const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** What a page is opened with. */
export interface Opening {
  readonly colorScheme?: "light" | "dark";
  readonly reducedMotion?: "reduce" | "no-preference";
  readonly javaScriptEnabled?: boolean;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Part of the address after the file, `#` included. */
  readonly hash?: string;
}

/** A page that is open, with what it said and asked for since. */
export interface Opened {
  readonly page: Page;
  /** Errors and warnings on the console, and errors that nobody caught. */
  readonly complaints: string[];
  /** Addresses that were asked for, data in addresses left out. */
  readonly requests: string[];
}

/** Path of Chromium; `CHROMIUM` names another. */
export function chromiumPath(): string | undefined {
  return [process.env["CHROMIUM"] ?? "", ...PLACES].find((path) => path !== "" && existsSync(path));
}

/** One Chromium with an empty profile for all tests of a file; what one opening stores no other sees. */
export class Chromium {
  private readonly folder = mkdtempSync(join(tmpdir(), "browser-"));
  private readonly contexts: BrowserContext[] = [];
  private browser: Browser | undefined;

  constructor(private readonly executablePath: string) {}

  /** Where pages can be written to. */
  path(name: string): string {
    return join(this.folder, name);
  }

  /** Opens a file and waits until it is loaded. */
  async open(file: string, { hash = "", ...options }: Opening = {}): Promise<Opened> {
    this.browser ??= await chromium.launch({ executablePath: this.executablePath, args: ARGUMENTS });
    const context = await this.browser.newContext({
      viewport: { width: 1360, height: 900 },
      reducedMotion: "reduce",
      ...options,
    });
    this.contexts.push(context);
    const page = await context.newPage();
    const opened: Opened = { page, complaints: [], requests: [] };
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") opened.complaints.push(message.text());
    });
    page.on("pageerror", (error) => opened.complaints.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith("data:")) opened.requests.push(request.url());
    });
    await page.goto(`file://${file}${hash}`);
    return opened;
  }

  /** Ends what a test has opened. */
  async close(): Promise<void> {
    for (const context of this.contexts.splice(0)) await context.close();
  }

  /** Leaves nothing behind. */
  async end(): Promise<void> {
    await this.close();
    await this.browser?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
