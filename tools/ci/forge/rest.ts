import { EXIT, Failure } from "../../../automation/failure";

/** A request is given up after this long; a job has a limit of its own that nobody wants to wait for. */
const TIMEOUT_MILLISECONDS = 30_000;

/** Entries of a page, and pages that are read: a thread of more comments than that is no place for one more. */
const PER_PAGE = 100;
const PAGES = 30;

/** A REST API that speaks JSON, as GitHub and GitLab do. */
export class Rest {
  constructor(
    /** Without a slash at its end. */
    private readonly url: string,
    /** Who asks. They are secret, and in no message. */
    private readonly headers: Readonly<Record<string, string>>,
  ) {}

  /**
   * One request.
   *
   * @param path with a leading slash; what is put into it is encoded already
   * @throws {Failure} `api-failed` with the status and what the API says of it
   */
  public async ask(method: "GET" | "POST" | "PATCH" | "PUT", path: string, body?: object): Promise<unknown> {
    const failed = (what: string): Failure => new Failure("api-failed", `${method} ${path}: ${what}`, EXIT.failed);
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...this.headers, ...(body ? { "content-type": "application/json" } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
      // A redirection could lead to somebody who is not to have the token.
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    }).catch((error: unknown) => {
      throw failed(reasonOf(error));
    });
    const text = await response.text();
    if (!response.ok) throw failed(`${response.status} ${messageOf(text)}`.trim());
    return text === "" ? null : parsed(text, failed);
  }

  /** All entries of a list; `key` as in {@link each}. */
  public async all(path: string, key?: string): Promise<unknown[]> {
    const entries: unknown[] = [];
    for await (const entry of this.each(path, key)) entries.push(entry);
    return entries;
  }

  /**
   * Entries of a list, one after the other: no page is asked for that nobody wants to read.
   *
   * @param key where a page has its entries. @default a page is a list itself
   */
  public async *each(path: string, key?: string): AsyncGenerator {
    for (let page = 1; page <= PAGES; page++) {
      const separator = path.includes("?") ? "&" : "?";
      const found = await this.ask("GET", `${path}${separator}per_page=${PER_PAGE}&page=${page}`);
      const entries = (key === undefined ? found : (found as Readonly<Record<string, unknown>>)[key]) as unknown[];
      yield* entries;
      if (entries.length < PER_PAGE) return;
    }
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function parsed(text: string, failed: (what: string) => Failure): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw failed("the answer is no JSON");
  }
}

function messageOf(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === "string" ? message.slice(0, 200) : "";
  } catch {
    return "";
  }
}
