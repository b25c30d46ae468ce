import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { Datacenter } from "../../../simulator/datacenter/datacenter";
import type { Credentials } from "../../../simulator/proxmox-door/access";
import { ProxmoxDoor } from "../../../simulator/proxmox-door/door";
import { LiveTime } from "../../../simulator/wire/live-time";
import { loopbackSite } from "./site";

/** What came back, as a client sees it. */
export interface Reply {
  readonly status: number;
  /** The status line's own words: clients of Proxmox read them. */
  readonly reason: string;
  readonly data: unknown;
  readonly errors: unknown;
}

export const TOKEN = "root@pam!test=00000000-0000-0000-0000-000000000001";
/** Virtual seconds in a real one: an import of ten takes ten milliseconds. */
const SPEED = 1000;
/** Slow enough for several calls to come while an import is under way. */
export const SLOW = 50;
const POLL_MS = 2;

/** A Proxmox API over plain HTTP and a client of the test's own. */
export class ProxmoxUnderTest {
  public readonly dc = new Datacenter(loopbackSite());
  public readonly time: LiveTime;
  public readonly door: ProxmoxDoor;
  /** Address of the first host, whose API this is. */
  private readonly address = this.dc.spec.hosts[0]?.address;
  private readonly server;

  constructor(credentials: Credentials = { apiToken: TOKEN }, speed = SPEED) {
    this.time = new LiveTime(this.dc.clock, speed);
    this.door = new ProxmoxDoor(this.dc, this.time, credentials);
    this.server = createServer(this.door.handle);
  }

  public async open(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, this.address, resolve));
    return this;
  }

  public close(): void {
    this.time.stop();
    this.server.close();
    this.server.closeAllConnections();
  }

  public call(
    method: string,
    path: string,
    form: Record<string, string | number> = {},
    headers: Record<string, string> = { authorization: `PVEAPIToken=${TOKEN}` },
  ): Promise<Reply> {
    const text = new URLSearchParams(
      Object.entries(form).map(([name, value]): [string, string] => [name, String(value)]),
    ).toString();
    const { port } = this.server.address() as AddressInfo;
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: this.address,
          port,
          method,
          path: `/api2/json/${path}`,
          headers: { ...headers, "content-type": "application/x-www-form-urlencoded" },
        },
        (response) => {
          let body = "";
          response.on("data", (chunk: Buffer) => (body += chunk.toString()));
          response.on("end", () => {
            const { data, errors } = JSON.parse(body) as Pick<Reply, "data" | "errors">;
            resolve({ status: response.statusCode ?? 0, reason: response.statusMessage ?? "", data, errors });
          });
        },
      );
      sent.on("error", reject);
      sent.end(text);
    });
  }

  /** Starts a task and waits until it has ended, as the provider does. */
  public async task(method: string, path: string, form: Record<string, string | number> = {}): Promise<string> {
    const { data, reason } = await this.call(method, path, form);
    if (typeof data !== "string") return reason;
    return this.ended(data);
  }

  /** How a task ended: `OK` or why not. */
  public async ended(upid: string): Promise<string> {
    const node = upid.split(":")[1] ?? "";
    for (;;) {
      const { data } = await this.call("GET", `nodes/${node}/tasks/${encodeURIComponent(upid)}/status`);
      const { status, exitstatus } = data as { status: string; exitstatus: string };
      if (status === "stopped") return exitstatus;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** An image to import from, on each host. */
  public images(): void {
    for (const { name } of this.dc.spec.hosts) this.dc.state.images[name] = ["local:import/talos.qcow2"];
  }

  /** Creates a VM and waits until it is there. */
  public create(vmId: number, settings: Record<string, string | number> = {}, host = "pve"): Promise<string> {
    return this.task("POST", `nodes/${host}/qemu`, vmSettings(vmId, settings));
  }
}

/** A VM as the provider asks for it. */
export function vmSettings(vmId: number, settings: Record<string, string | number> = {}): Record<string, string | number> {
  return {
    vmid: vmId,
    name: `vm-${vmId}`,
    cores: 2,
    sockets: 1,
    memory: 2048,
    cpu: "x86-64-v2-AES",
    onboot: 1,
    net0: "model=virtio,bridge=vmbr0,firewall=0,macaddr=02:BA:00:00:00:64",
    scsi0: "file=local-lvm:0,import-from=local:import/talos.qcow2,format=raw,size=21474836480,ssd=1",
    efidisk0: "file=local-lvm:1,format=raw,efitype=4m,pre-enrolled-keys=0",
    ide2: "file=local-lvm:cloudinit,",
    ipconfig0: `gw=127.68.0.1,ip=127.68.0.${vmId}/24`,
    tags: "talos;test",
    ...settings,
  };
}
