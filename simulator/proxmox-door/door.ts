import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import findMyWay from "find-my-way";
import type { HTTPMethod } from "find-my-way";
import type { Datacenter } from "../datacenter/datacenter";
import { RuleBroken } from "../datacenter/model";
import { Faults } from "../faults/faults";
import type { LiveTime } from "../wire/live-time";
import { ApiError } from "./api-error";
import type { ApiRequest, Backstage, Endpoint } from "./request";
import { cluster } from "./routes/cluster";
import { highAvailability } from "./routes/high-availability";
import { storage } from "./routes/storage";
import { virtualMachines } from "./routes/virtual-machines";
import { Tasks } from "./tasks";

/** Who may use the API. */
export interface Credentials {
  /** `user@realm!id=secret` */
  readonly apiToken?: string;
  readonly username?: string;
  readonly password?: string;
}

/** One call as it came in, for tests and reports; nothing secret in it. */
export interface RecordedCall {
  readonly method: string;
  /** Pattern of its endpoint, for instance `/nodes/:node/qemu`; the path itself where there is none. */
  readonly endpoint: string;
  readonly status: number;
}

/** Name of the VM that somebody else has made. */
export const STRANGER = "somebody-elses";

const PREFIX = "/api2/json";
/** Ids of tasks have a file name in them, which may be as long as file names are. */
const LONGEST_PART = 512;

/** The Proxmox VE REST API over a simulated datacenter. It holds no rules: it translates, and asks the datacenter. */
export class ProxmoxDoor {
  public readonly calls: RecordedCall[] = [];
  private readonly router = findMyWay({ ignoreTrailingSlash: true, maxParamLength: LONGEST_PART });
  private readonly backstage: Backstage;
  private readonly sessions = new Map<string, string>();

  constructor(
    dc: Datacenter,
    time: LiveTime,
    private readonly credentials: Credentials,
    private readonly faults = new Faults(),
  ) {
    this.backstage = { dc, time, tasks: new Tasks(time) };
    for (const [name, endpoint] of Object.entries({ ...cluster, ...storage, ...virtualMachines, ...highAvailability })) {
      const [method = "", path = ""] = name.split(" ");
      this.router.on(method as HTTPMethod, path, () => undefined, { endpoint, path });
    }
  }

  /** Answers one request. */
  public readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    void this.answer(request, response);
  };

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? "GET";
    const url = new URL(request.url ?? "/", "https://proxmox");
    const route = url.pathname.startsWith(PREFIX)
      ? this.router.find(method as HTTPMethod, url.pathname.slice(PREFIX.length))
      : null;
    const { endpoint, path } = (route?.store ?? { path: url.pathname }) as { endpoint?: Endpoint; path: string };
    const effect = this.faults.strike(`proxmox ${method} ${path}`);
    let status = 200;
    try {
      if (effect?.kind === "reset") {
        request.socket.destroy();
        return;
      }
      if (effect?.kind === "status")
        throw new ApiError(effect.status, effect.status === 503 ? "Service Unavailable" : "Internal Server Error");
      if (effect?.kind === "task") this.backstage.tasks.failNext(effect);
      const form = parameters(url.searchParams, await bodyOf(request));
      if (effect?.kind === "stranger") settleStranger(this.backstage.dc, String(route?.params["node"]), Number(form["vmid"]));
      const data =
        path === "/access/ticket" || url.pathname === `${PREFIX}/access/ticket`
          ? this.logIn(form)
          : await this.call(endpoint, { path: decoded(route?.params ?? {}), form, user: this.caller(request) }, method, path);
      this.backstage.time.changed();
      if (effect?.kind === "lost") {
        request.socket.destroy();
        return;
      }
      reply(response, 200, "OK", { data });
    } catch (error) {
      const refusal = refusalOf(error);
      status = refusal.status;
      const hasErrors = Object.keys(refusal.errors).length > 0;
      reply(response, status, refusal.message, {
        data: null,
        message: `${refusal.message}\n`,
        ...(hasErrors ? { errors: refusal.errors } : {}),
      });
    }
    this.calls.push({ method, endpoint: path, status });
  }

  private call(endpoint: Endpoint | undefined, request: ApiRequest, method: string, path: string): unknown {
    if (!endpoint) throw new ApiError(501, `Method '${method} ${path}' not implemented`);
    const { dc, time } = this.backstage;
    time.now();
    const { node } = request.path;
    if (node !== undefined && !dc.spec.hosts.some(({ name }) => name === node)) {
      throw new ApiError(
        500,
        `hostname lookup '${node}' failed - failed to get address info for: ${node}: Name or service not known`,
      );
    }
    return endpoint(request, this.backstage);
  }

  private logIn({ username, password }: Readonly<Record<string, string>>): object {
    const { username: name, password: secret } = this.credentials;
    if (name === undefined || secret === undefined || username !== name || !same(password ?? "", secret)) {
      throw new ApiError(401, "authentication failure");
    }
    const ticket = `PVE:${name}:${randomBytes(16).toString("hex")}`;
    this.sessions.set(ticket, name);
    return { ticket, CSRFPreventionToken: randomBytes(8).toString("hex"), username: name };
  }

  private caller({ headers }: IncomingMessage): string {
    const { apiToken = "" } = this.credentials;
    const token = /^PVEAPIToken=(.*)$/.exec(headers.authorization ?? "")?.[1];
    if (token !== undefined && apiToken !== "" && same(token, apiToken)) return apiToken.replace(/=.*$/s, "");
    const ticket = /PVEAuthCookie=([^;]+)/.exec(headers.cookie ?? "")?.[1];
    const user = this.sessions.get(decodeURIComponent(ticket ?? ""));
    if (user !== undefined) return user;
    throw new ApiError(401, token === undefined ? "No ticket" : "invalid token value!");
  }
}

/** Somebody else's VM, of the same id. */
function settleStranger(dc: Datacenter, host: string, vmId: number): void {
  const hardware = { cpuType: "host", lastThread: null, numaNode: null, mappings: [], tpm: false };
  const size = { cores: 1, memoryMiB: 512, disks: [], addresses: [] };
  dc.state.vms.push({
    vmId,
    name: STRANGER,
    host,
    ...size,
    schematic: "",
    secureBoot: null,
    hardware,
    running: false,
    stage: "off",
  });
  dc.state.settings[`vm:${vmId}`] = { name: STRANGER };
}

function refusalOf(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof RuleBroken) return new ApiError(500, error.message);
  return new ApiError(500, `simulator: ${String(error)}`);
}

function reply(response: ServerResponse, status: number, reason: string, body: object): void {
  // Whatever a reason is made of, a status line has one line of plain characters.
  const phrase = reason.replace(/[^\x20-\x7e]+/g, " ");
  const text = JSON.stringify(body);
  response.writeHead(status, phrase, {
    "content-type": "application/json;charset=UTF-8",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
}

function parameters(...sources: URLSearchParams[]): Record<string, string> {
  const form: Record<string, string> = {};
  for (const [name, value] of sources.flatMap((source) => [...source]))
    form[name] = name in form ? `${form[name]},${value}` : value;
  return form;
}

function decoded(params: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, value ?? ""]));
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
