import { createServer } from "node:https";
import type { Server } from "node:https";
import type { RequestListener } from "node:http";
import { Datacenter } from "../datacenter/datacenter";
import type { DatacenterSpec, DatacenterState } from "../datacenter/model";
import { chartDoor } from "../chart-door/chart-door";
import type { ChartDoor } from "../chart-door/chart-door";
import { CHARTS } from "../chart-door/charts/charts";
import type { Binaries } from "../kubernetes-door/binaries";
import { KubernetesDoor } from "../kubernetes-door/door";
import { Faults } from "../faults/faults";
import { FactoryDoor } from "../factory-door/door";
import type { Credentials } from "../proxmox-door/access";
import { ProxmoxDoor } from "../proxmox-door/door";
import { TALOS_PORT, TalosDoor } from "../talos-door/door";
import { issue, newAuthority } from "./certificates";
import type { KeyPair } from "./certificates";
import { LiveTime } from "./live-time";
import { Outages } from "./outages";

/** Port of the Proxmox API. */
const PROXMOX_PORT = 8006;
const HTTPS_PORT = 443;

/** What a datacenter with doors is made of. */
export interface DoorsOptions {
  readonly spec: DatacenterSpec;
  readonly state?: DatacenterState;
  readonly credentials: Credentials;
  /** Talos release of the machines and the factory, for instance `v1.13.9`. */
  readonly talosVersion: string;
  /** Virtual seconds in a real one. @default 20 */
  readonly speed?: number;
  /** Where names of the internet lead, the factory's among them. @default 127.0.0.1 */
  readonly internetAddress?: string;
  /** @default 443 */
  readonly internetPort?: number;
  /** Programs that clusters' APIs are made of. @default no Kubernetes API answers */
  readonly kubernetes?: { readonly binaries: Binaries; readonly dataDir: string };
  /** What is to go wrong. @default nothing */
  readonly faults?: Faults;
  /** Hosts of mirrors that the stack names. @default none */
  readonly mirrors?: readonly string[];
}

/** A datacenter that real clients can talk to. */
export interface Doors {
  readonly dc: Datacenter;
  readonly time: LiveTime;
  readonly proxmox: ProxmoxDoor;
  readonly factory: FactoryDoor;
  readonly talos: TalosDoor;
  readonly charts: ChartDoor;
  readonly kubernetes: KubernetesDoor | undefined;
  readonly outages: Outages;
  /** Who vouches for all certificates of the web doors, as PEM. */
  readonly authority: string;
  close(): Promise<void>;
}

/** Where names that lead to a cluster's API from outside of the stack lead in here. */
export const FRONTEND_ADDRESS = "127.0.0.2";
const FACTORY = "factory.talos.dev";

/** Names on the internet that stacks reach for: the factory's and the charts' publishers'. */
export const INTERNET_NAMES = [FACTORY, ...new Set(CHARTS.map(({ publisher }) => new URL(publisher).host))];

/**
 * Opens a datacenter: the Proxmox API at every host's address, the Talos API at every machine's, the Image Factory.
 *
 * @throws {Error} when an address cannot be listened on, for instance outside of a network namespace that has it
 */
export async function openDoors(options: DoorsOptions): Promise<Doors> {
  const { spec, state, credentials, talosVersion, speed = 20, internetAddress = "127.0.0.1" } = options;
  const dc = new Datacenter(spec, undefined, state);
  const time = new LiveTime(dc.clock, speed);
  const { faults = new Faults() } = options;
  const outages = new Outages(dc, time);
  faults.onOutage = (outage) => {
    outages.start(outage);
  };
  const proxmox = new ProxmoxDoor(dc, time, credentials, faults);
  const factory = new FactoryDoor(dc, time, [talosVersion], faults);
  const charts = chartDoor();
  const authority = newAuthority("rehearsal");
  const servers: Server[] = [];
  const listen = async (handler: RequestListener, port: number, address: string, names: readonly string[]): Promise<void> => {
    servers.push(
      await serve(handler, port, address, issue(authority, { commonName: names[0] ?? "", names, usages: ["server"] })),
    );
  };
  try {
    for (const { name, address } of spec.hosts) await listen(proxmox.handle, PROXMOX_PORT, address, [name, address]);
    const internet: RequestListener = (request, response) => {
      if (request.headers.host?.replace(/:\d+$/, "") === FACTORY) factory.handle(request, response);
      else if (faults.strike(`charts ${request.method ?? ""}`)?.kind === "status") response.writeHead(503).end();
      else charts.handler(request, response);
    };
    const names = [...INTERNET_NAMES, ...(options.mirrors ?? []), internetAddress];
    await listen(internet, options.internetPort ?? HTTPS_PORT, internetAddress, names);
  } catch (error) {
    await Promise.all(servers.map(closed));
    throw error;
  }
  const talos = new TalosDoor(dc, time, talosVersion, TALOS_PORT, faults);
  const secretsOf = (vmId: number): ReturnType<TalosDoor["secretsOf"]> => talos.secretsOf(vmId);
  const kubernetes =
    options.kubernetes && new KubernetesDoor({ ...options.kubernetes, dc, time, secretsOf, frontendAddress: FRONTEND_ADDRESS });
  return {
    dc,
    time,
    proxmox,
    factory,
    talos,
    charts,
    kubernetes,
    outages,
    authority: authority.certificate,
    async close() {
      time.stop();
      talos.close();
      await kubernetes?.close();
      await Promise.all(servers.map(closed));
    },
  };
}

function serve(handler: RequestListener, port: number, address: string, { certificate, key }: KeyPair): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ cert: certificate, key }, handler);
    server.once("error", reject);
    server.listen(port, address, () => {
      resolve(server);
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
