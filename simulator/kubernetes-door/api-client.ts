import { Agent, request } from "node:https";
import type { IncomingMessage } from "node:http";
import type { KeyPair } from "../wire/certificates";
import { ApiError } from "./api-types";
import type { Answer, KubernetesObject, ObjectList, WatchEvent } from "./api-types";

/** Where the API is and who asks. */
export interface ApiClientOptions {
  readonly port: number;
  /** PEM of the authority that issued the server's certificate. */
  readonly authority: string;
  /** Certificate the server is to accept. */
  readonly client: KeyPair;
}

type Query = Readonly<Record<string, string>>;

const PATCHES = {
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
} as const;

/** How long a request may go without an answer, in milliseconds. */
const TIMEOUT_MS = 30_000;

/**
 * A client of one kube-apiserver on 127.0.0.1. Paths begin with /api or /apis. Every method rejects with ApiError when the server
 * refuses and with the socket's error when it does not answer.
 */
export class ApiClient {
  private readonly agent: Agent;

  constructor(private readonly options: ApiClientOptions) {
    const { authority, client } = options;
    // Every collection that is followed holds one socket: those of the nodes, and one for each kind that an operator minds.
    this.agent = new Agent({ keepAlive: true, maxSockets: 64, ca: authority, cert: client.certificate, key: client.key });
  }

  /** One object, or any JSON. */
  public get<T = KubernetesObject>(path: string): Promise<T> {
    return this.json("GET", path);
  }

  /** All objects of a collection. */
  public list<T = KubernetesObject>(path: string, query: Query = {}): Promise<ObjectList<T>> {
    return this.json("GET", withQuery(path, query));
  }

  /** Adds an object to a collection, or posts to a subresource such as `…/binding`. */
  public create<T = KubernetesObject>(path: string, object: object): Promise<T> {
    return this.json("POST", path, object, "application/json");
  }

  /** Replaces an object. */
  public replace<T = KubernetesObject>(path: string, object: object): Promise<T> {
    return this.json("PUT", path, object, "application/json");
  }

  /** @param kind `merge` (default) replaces lists, `strategic` merges those it knows the keys of */
  public patch<T = KubernetesObject>(path: string, change: object, kind: keyof typeof PATCHES = "merge"): Promise<T> {
    return this.json("PATCH", path, change, PATCHES[kind]);
  }

  /** @param options DeleteOptions, for instance a grace period or preconditions */
  public delete(path: string, options: object = {}): Promise<unknown> {
    return this.json("DELETE", path, options, "application/json");
  }

  /** Status and text of any path, without judging the status: for health checks. */
  public async text(path: string): Promise<Answer> {
    const response = await this.send("GET", path);
    return { status: response.statusCode ?? 0, body: await bodyOf(response) };
  }

  /**
   * Reads changes of a collection until the server ends the watch or the signal aborts.
   *
   * @throws ApiError with status 410 when the resource version is too old
   */
  public async watch<T>(path: string, query: Query, signal: AbortSignal, onEvent: (event: WatchEvent<T>) => void): Promise<void> {
    const response = await this.send("GET", withQuery(path, { ...query, watch: "true" }), undefined, { signal, timeout: 0 });
    if (response.statusCode !== 200) throw refusal(response, await bodyOf(response));
    let rest = "";
    response.setEncoding("utf8");
    for await (const chunk of response) {
      const lines = (rest + (chunk as string)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const event = JSON.parse(line) as WatchEvent<T>;
        if (event.type === "ERROR") throw errorOf(event.object as Status);
        onEvent(event);
      }
    }
  }

  /** Closes every connection; requests under way fail. */
  public close(): void {
    this.agent.destroy();
  }

  private async json<T>(method: string, path: string, content?: object, type?: string): Promise<T> {
    const response = await this.send(method, path, content, type === undefined ? {} : { headers: { "content-type": type } });
    const body = await bodyOf(response);
    if ((response.statusCode ?? 0) >= 300) throw refusal(response, body);
    return JSON.parse(body) as T;
  }

  private send(method: string, path: string, content?: object, options: SendOptions = {}): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const { port } = this.options;
      const body = content === undefined ? undefined : JSON.stringify(content);
      // Node.js gives a DELETE no length of its own accord, and the server takes its body for another request.
      const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
      const headers = { accept: "application/json", ...length, ...options.headers };
      const where = { host: "127.0.0.1", port, method, path, agent: this.agent, timeout: TIMEOUT_MS };
      const sent = request({ ...where, ...options, headers }, resolve);
      sent.once("timeout", () => sent.destroy(new Error(`${method} ${path} was not answered in ${TIMEOUT_MS / 1000} s`)));
      sent.once("error", reject);
      sent.end(body);
    });
  }
}

interface SendOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Milliseconds; 0 waits for ever. */
  readonly timeout?: number;
}

interface Status {
  readonly code?: number;
  readonly message?: string;
}

function withQuery(path: string, query: Query): string {
  const text = new URLSearchParams(query).toString();
  return text === "" ? path : `${path}?${text}`;
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function refusal(response: IncomingMessage, body: string): ApiError {
  const code = response.statusCode ?? 0;
  try {
    return errorOf({ code, ...(JSON.parse(body) as Status) });
  } catch {
    return new ApiError(code, body);
  }
}

function errorOf({ code = 0, message = "the API server refused without saying why" }: Status): ApiError {
  return new ApiError(code, message);
}
