import type { IncomingMessage, ServerResponse } from "node:http";
import findMyWay from "find-my-way";
import type { HTTPMethod } from "find-my-way";
import type { Datacenter } from "../datacenter/datacenter";
import { hasVotes } from "../datacenter/outages";
import type { Effect } from "../faults/faults";
import { Faults } from "../faults/faults";
import type { LiveTime } from "../wire/live-time";
import type { Credentials } from "./access";
import { Access } from "./access";
import { ApiError } from "./api-error";
import { parametersOf, refuse, reply } from "./exchange";
import type { ApiRequest, Backstage, Endpoint } from "./request";
import { cluster } from "./routes/cluster";
import { highAvailability } from "./routes/high-availability";
import { storage } from "./routes/storage";
import { virtualMachines } from "./routes/virtual-machines";
import { settleStranger } from "./stranger";
import { Tasks } from "./tasks";

/** One call as it came in, for tests and reports; nothing secret in it. */
export interface RecordedCall {
  readonly method: string;
  /** Pattern of its endpoint, for instance `/nodes/:node/qemu`; the path itself where there is none. */
  readonly endpoint: string;
  readonly status: number;
}

/** An endpoint with its pattern and the parts of the path. */
interface Route {
  readonly endpoint: Endpoint | undefined;
  readonly path: string;
  readonly parts: Readonly<Record<string, string>>;
}

const PREFIX = "/api2/json";
const TICKET = "/access/ticket";
/** Ids of tasks have a file name in them, which may be as long as file names are. */
const LONGEST_PART = 512;
/** What a host answers for another that it cannot reach (PVE::APIServer::AnyEvent). */
const UNREACHABLE = 595;

/** The Proxmox VE REST API over a simulated datacenter. It holds no rules: it translates, and asks the datacenter. */
export class ProxmoxDoor {
  public readonly calls: RecordedCall[] = [];
  /** Who may call, and what was asked of callers so far. */
  public readonly access: Access;
  private readonly router = findMyWay({ ignoreTrailingSlash: true, maxParamLength: LONGEST_PART });
  private readonly backstage: Backstage;

  constructor(
    dc: Datacenter,
    time: LiveTime,
    credentials: Credentials,
    private readonly faults = new Faults(),
  ) {
    this.access = new Access(credentials);
    this.backstage = { dc, time, tasks: new Tasks(dc, time), rightsAt: (path) => this.access.rightsAt(path) };
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
    const route = this.routeOf(method, url.pathname);
    const effect = this.faults.strike(`proxmox ${method} ${route.path}`);
    const isGone = (): boolean => this.isAway(request.socket.localAddress);
    let status = 200;
    try {
      if (effect?.kind === "reset" || isGone()) {
        request.socket.destroy();
        return;
      }
      const data = await this.answerTo(request, method, route, url.searchParams, effect);
      this.backstage.time.changed();
      if (effect?.kind === "lost" || isGone()) {
        request.socket.destroy();
        return;
      }
      reply(response, 200, "OK", { data });
    } catch (error) {
      status = refuse(response, error);
    }
    this.calls.push({ method, endpoint: route.path, status });
  }

  private routeOf(method: string, pathname: string): Route {
    const isApi = pathname.startsWith(PREFIX);
    const found = isApi ? this.router.find(method as HTTPMethod, pathname.slice(PREFIX.length)) : null;
    const ticket = pathname === `${PREFIX}${TICKET}`;
    const store = (found?.store ?? { path: ticket ? TICKET : pathname }) as Pick<Route, "endpoint" | "path">;
    const parts = Object.entries(found?.params ?? {}).map(([name, value]) => [name, value ?? ""]);
    return { ...store, parts: Object.fromEntries(parts) as Record<string, string> };
  }

  private async answerTo(
    request: IncomingMessage,
    method: string,
    { endpoint, path, parts }: Route,
    query: URLSearchParams,
    effect: Effect | undefined,
  ): Promise<unknown> {
    if (effect?.kind === "status")
      throw new ApiError(effect.status, effect.status === 503 ? "Service Unavailable" : "Internal Server Error");
    if (effect?.kind === "task") this.backstage.tasks.failNext(effect);
    const form = await parametersOf(request, query);
    if (effect?.kind === "stranger") {
      const { host, vmId } = this.faults.wanted;
      settleStranger(this.backstage.dc, parts["node"] ?? host, Number(form["vmid"] ?? vmId));
    }
    if (path === TICKET) return this.access.logIn(form);
    const user = this.access.caller(request);
    if (!endpoint) throw new ApiError(501, `Method '${method} ${path}' not implemented`);
    const asked = { path: parts, form, user };
    if (!this.access.permits(`${method} ${path}`, asked, this.settingsOf(asked))) return [];
    return this.call(endpoint, asked, method !== "GET");
  }

  /** Settings of the VM that a call is about. */
  private settingsOf({ path }: ApiRequest): ApiRequest["form"] {
    return this.backstage.dc.state.settings[`vm:${path["vmid"] ?? ""}`] ?? {};
  }

  private call(endpoint: Endpoint, request: ApiRequest, changes: boolean): unknown {
    const { dc, time } = this.backstage;
    time.now();
    const { node } = request.path;
    if (node !== undefined && !dc.spec.hosts.some(({ name }) => name === node)) {
      throw new ApiError(
        500,
        `hostname lookup '${node}' failed - failed to get address info for: ${node}: Name or service not known`,
      );
    }
    if (node !== undefined && dc.away.has(`host ${node}`)) throw new ApiError(UNREACHABLE, "No route to host");
    if (changes && !hasVotes(dc)) throw new ApiError(500, "cluster not ready - no quorum?");
    return endpoint(request, this.backstage);
  }

  /** Whether the host at an address of this datacenter is away. */
  private isAway(address: string | undefined): boolean {
    const { spec, away } = this.backstage.dc;
    return spec.hosts.some((host) => host.address === address && away.has(`host ${host.name}`));
  }
}
