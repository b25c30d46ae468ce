import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What somebody asked of the API. */
export interface Asked {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly authorization: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An answer; null where nothing is. */
type Answer = object | null;

/** A REST API on loopback, as far as the scripts use one. */
export abstract class FakeForge {
  public readonly asked: Asked[] = [];
  /** Answers everything with this status, when it is set. */
  public broken: number | undefined;
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      void this.serve(request, response);
    });
  }

  public start(): Promise<this> {
    return new Promise((resolve) =>
      this.server.listen(0, "127.0.0.1", () => {
        resolve(this);
      }),
    );
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What was changed, not only asked for. */
  public get changes(): string[] {
    return this.asked.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);
  }

  protected abstract answer(asked: Asked, path: string, query: URLSearchParams): Answer;

  /** One page of a list. */
  protected page(list: readonly object[], query: URLSearchParams): readonly object[] {
    const size = Number(query.get("per_page") ?? 30);
    const from = (Number(query.get("page") ?? 1) - 1) * size;
    return list.slice(from, from + size);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const { headers, method = "", url = "" } = request;
    const token = headers.authorization ?? headers["private-token"] ?? headers["job-token"] ?? "";
    const asked = {
      method,
      path: url,
      authorization: String(token),
      body: body === "" ? {} : (JSON.parse(body) as Asked["body"]),
    };
    this.asked.push(asked);
    const { pathname, searchParams } = new URL(url, this.url);
    const answer = this.broken === undefined ? this.answer(asked, pathname, searchParams) : null;
    response.writeHead(this.broken ?? (answer === null ? 404 : 200), { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? { message: "Not Found" }));
  }
}

interface Comment {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string };
}

interface Issue extends Comment {
  readonly number: number;
  title: string;
  state: string;
}

const OWN = { login: "github-actions[bot]" };

/** GitHub with one repository, `somebody/platform`. */
export class FakeGitHub extends FakeForge {
  public readonly comments = new Map<number, Comment[]>();
  public readonly issues: Issue[] = [];
  public readonly deployments: { id: number; environment: string; sha: string; states: string[] }[] = [];
  public pulls: {
    number: number;
    head: { ref: string; sha: string; repo: { full_name: string } | null };
    base: { ref: string };
    files: { filename: string; previous_filename?: string }[];
  }[] = [];
  private last = 100;

  /** Somebody says something under a pull request. */
  public say(pull: number, body: string, login = OWN.login): void {
    const comments = this.comments.get(pull) ?? [];
    this.comments.set(pull, comments);
    comments.push({ id: ++this.last, body, user: { login } });
  }

  /** Something was deployed, or meant to be. */
  public deploy(environment: string, sha: string, ...states: string[]): void {
    this.deployments.unshift({ id: ++this.last, environment, sha, states });
  }

  protected override answer({ method, body }: Asked, path: string, query: URLSearchParams): Answer {
    const [, owner, name, what = "", id = "", more = ""] = path.split("/").slice(1);
    if (`${owner}/${name}` !== "somebody/platform") return null;
    const key = `${method} ${what}${id === "" ? "" : "/x"}${more === "" ? "" : `/${more}`}`;
    switch (key) {
      case "GET pulls":
        return this.page(
          this.pulls.filter(({ head }) => query.get("head") === `${head.repo?.full_name.split("/")[0]}:${head.ref}`),
          query,
        );
      case "GET pulls/x/files":
        return this.page(this.pulls.find(({ number }) => number === Number(id))?.files ?? [], query);
      case "GET deployments":
        return this.page(
          this.deployments.filter(({ environment }) => environment === query.get("environment")),
          query,
        );
      case "GET deployments/x/statuses":
        return (this.deployments.find((each) => each.id === Number(id))?.states ?? []).map((state) => ({ state }));
      case "GET issues/x/comments":
        return this.page(this.comments.get(Number(id)) ?? [], query);
      case "POST issues/x/comments":
        this.say(Number(id), String(body["body"]));
        return {};
      case `PATCH issues/x/${more}`:
        return this.edit(
          [...this.comments.values()].flat().find((each) => each.id === Number(more)),
          body,
        );
      case "GET issues":
        return this.page(
          this.issues.filter(({ state }) => state === query.get("state")),
          query,
        );
      case "POST issues":
        this.issues.push({
          id: ++this.last,
          number: this.last,
          state: "open",
          user: OWN,
          title: String(body["title"]),
          body: String(body["body"]),
        });
        return {};
      case "PATCH issues/x":
        return this.edit(
          this.issues.find(({ number }) => number === Number(id)),
          body,
        );
      default:
        return null;
    }
  }

  private edit(found: object | undefined, change: object): Answer {
    return found === undefined ? null : Object.assign(found, change);
  }
}

/** GitLab with one project, number 7. */
export class FakeGitLab extends FakeForge {
  public readonly notes: { id: number; body: string; author: { id: number }; system: boolean }[] = [];
  /** The newest, whatever came of it. */
  public attempted: { sha: string; status: string }[] = [];
  public deployed: readonly { sha: string }[] = [];

  protected override answer({ method, body }: Asked, path: string, query: URLSearchParams): Answer {
    const own = { id: 42 };
    if (path === "/user") return own;
    const note = /^\/projects\/7\/merge_requests\/3\/notes(?:\/(\d+))?$/.exec(path);
    if (path === "/projects/7/deployments") return query.get("status") === "success" ? this.deployed : this.attempted;
    if (!note) return null;
    if (method === "GET") return this.page(this.notes, query);
    if (method === "POST") this.notes.push({ id: this.notes.length + 1, body: String(body["body"]), author: own, system: false });
    const found = this.notes.find(({ id }) => id === Number(note[1]));
    if (method === "PUT") return found ? Object.assign(found, { body: String(body["body"]) }) : null;
    return {};
  }
}
