import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { carry } from "../automation/real-engine/namespace";
import { ApiClient } from "../simulator/kubernetes-door/api-client";
import type { Binaries } from "../simulator/kubernetes-door/binaries";
import { startControlPlane } from "../simulator/kubernetes-door/control-plane";
import type { ControlPlane } from "../simulator/kubernetes-door/control-plane";
import { Kubelets } from "../simulator/kubernetes-door/kubelets";
import type { KubeletDelays } from "../simulator/kubernetes-door/kubelets";
import type { SimulatedNode } from "../simulator/kubernetes-door/node-status";
import { newAuthority } from "../simulator/wire/certificates";

/** What a cluster is, apart from its processes. */
export const IDENTITY = {
  clusterAuthority: newAuthority("kubernetes"),
  aggregatorAuthority: newAuthority("front-proxy"),
  serviceAccountKey: generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({
    type: "pkcs8",
    format: "pem",
  }) as string,
  endpoint: "https://192.168.68.100:6443",
  names: ["192.168.68.100", "192.168.68.101"],
  podSubnets: ["10.244.0.0/16"],
  serviceSubnet: "10.96.0.0/12",
};

/** What keeps workloads off a control plane. */
export const CONTROL_PLANE_TAINT = { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" } as const;

/** A control plane and two workers. */
export const MACHINES: readonly SimulatedNode[] = [
  { name: "ctrl-00", addresses: ["192.168.68.101"], controlPlane: true, taints: [CONTROL_PLANE_TAINT], ready: true },
  { name: "work-00", addresses: ["192.168.68.111"], controlPlane: false, labels: { zone: "a" }, ready: true },
  { name: "work-01", addresses: ["192.168.68.112"], controlPlane: false, labels: { zone: "b" }, ready: true },
];

/** A cluster with real control plane processes and simulated nodes. */
export class RealCluster {
  public readonly dataDir = mkdtempSync(join(tmpdir(), "kubernetes-door-"));
  /** What the API refused its nodes. */
  public readonly errors: Error[] = [];
  public machines = MACHINES;
  public plane!: ControlPlane;
  public client!: ApiClient;
  public kubelets!: Kubelets;

  constructor(
    private readonly binaries: Binaries,
    private readonly delays: Partial<KubeletDelays> = {},
  ) {}

  public async start(): Promise<void> {
    // The namespace's loopback is down as long as no site has been opened in it.
    carry([], {});
    this.plane = await startControlPlane({ ...IDENTITY, binaries: this.binaries, dataDir: this.dataDir });
    await this.plane.ready;
    this.client = new ApiClient({ port: this.plane.port, ...this.plane.admin });
    this.kubelets = new Kubelets({
      client: this.client,
      machines: () => this.machines,
      delays: this.delays,
      onError: (error) => this.errors.push(error),
    });
    await this.kubelets.start();
  }

  /** Ends everything; what was stored stays. */
  public async stop(): Promise<void> {
    await this.kubelets.stop();
    this.client.close();
    await this.plane.stop();
  }

  public async remove(): Promise<void> {
    await this.stop();
    rmSync(this.dataDir, { recursive: true });
  }
}

/** Waits a minute at most. */
export async function until(check: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`waited 60 s until ${check.toString()}`);
    await sleep(100);
  }
}
