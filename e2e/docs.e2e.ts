import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { carryStack } from "../automation/real-engine/site";
import { datacenterSpec } from "../automation/datacenter-spec";
import { planned, plannedText } from "../automation/stacks";
import { findBinaries } from "../simulator/kubernetes-door/binaries";
import { isGranted } from "../simulator/proxmox-door/privileges";
import type { Demand } from "../simulator/proxmox-door/privileges";
import { openDoors } from "../simulator/wire/doors";
import type { Doors } from "../simulator/wire/doors";
import { follow } from "../test/docs/follow";
import { DEPLOYED } from "../test/docs/kinds";
import { readDocument } from "../test/docs/markdown";
import { aclOf } from "../test/docs/pveum";
import { Clone } from "../test/docs/shell";

/** The token that documents have a reader make. */
const TOKEN = "pulumi@pve!stack=11111111-2222-4333-8444-555555555555";
/** The stack that documents have a reader describe; its file is the README's. */
const STACK = "examples/my-cluster.yaml";

describe("what documents say about deploying, typed word for word", function () {
  this.timeout(600_000);
  const kinds = ["offline", "shell", "engine"] as const;
  const acl = aclOf(readDocument("README.md"), "pulumi@pve");
  let doors: Doors;
  let clone: Clone;
  let folder: string;

  beforeEach(async () => {
    const stack = planned(STACK);
    // One page goes on to a third worker.
    const text = stack.text.replace("count: 2", "count: 3");
    carryStack({ ...stack, ...plannedText({ stack: stack.stack, path: "", file: "", text }, text) });
    folder = mkdtempSync(join(tmpdir(), "proxmox-talos-docs-"));
    const { found: binaries } = findBinaries();
    doors = await openDoors({
      spec: datacenterSpec(stack.config),
      credentials: { apiToken: TOKEN, acl },
      talosVersion: stack.config.talos.version,
      ...(binaries ? { kubernetes: { binaries, dataDir: folder } } : {}),
    });
    const authority = join(folder, "authority.pem");
    writeFileSync(authority, doors.authority);
    const { KUBEBUILDER_ASSETS } = process.env;
    clone = new Clone({
      SSL_CERT_FILE: authority,
      NODE_EXTRA_CA_CERTS: authority,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // The CLI asks the system, not HOME, where its own folder is: nothing of this may get into anybody's.
      PULUMI_HOME: join(folder, "pulumi"),
      KUBEBUILDER_ASSETS,
    });
  });
  afterEach(async () => {
    clone.remove();
    await doors.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const file of DEPLOYED) {
    it(`${file}: from a stack file to a cluster and back to nothing, with a token that may do no more than it needs`, async () => {
      await follow(readDocument(file), clone, { kinds, also: onPath("kubectl") ? ["kubectl"] : [], input: `${TOKEN}\n` });
      const { vms, clusters, pools, images } = doors.dc.state;
      assert.deepEqual([vms, clusters, pools, Object.values(images).flat()], [[], [], [], []]);
      assert.ok(doors.proxmox.calls.some(({ method, endpoint }) => `${method} ${endpoint}` === "POST /nodes/:node/qemu"));
      const demands = [...doors.proxmox.access.demands.values()];
      assert.deepEqual(
        neverNeeded(demands).filter((privilege) => !LATER.includes(privilege)),
        [],
      );
    });
  }

  /** Privileges of the token without which everything would have worked as well. */
  function neverNeeded(demands: readonly Demand[]): string[] {
    return [...new Set(Object.values(acl).flat())].filter((privilege) => {
      const less = Object.fromEntries(Object.entries(acl).map(([path, all]) => [path, all.filter((each) => each !== privilege)]));
      return demands.every((demand) => isGranted(less, demand));
    });
  }
});

/** Privileges that only changes of a running stack need, and the VMs of load balancers. */
const LATER = ["VM.Config.CDROM", "VM.Config.Cloudinit", "VM.Migrate"];

function onPath(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => folder !== "" && existsSync(join(folder, program)));
}
