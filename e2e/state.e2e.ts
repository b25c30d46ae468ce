import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { S3Client, PutObjectCommand } from "@aws-sdk/client-s3";
import { status } from "@grpc/grpc-js";
import { kubeconfig } from "../automation/access/kubeconfig";
import { talosconfig } from "../automation/access/talosconfig";
import { clusterNodes } from "../automation/cluster-nodes";
import { accessWith } from "../automation/commands/access";
import { carry } from "../automation/real-engine/namespace";
import { killGroup, pulumi, stepsOf } from "../automation/real-engine/pulumi";
import type { Run } from "../automation/real-engine/pulumi";
import { writeStackFile } from "../automation/real-engine/sandbox";
import { rehearsalSecrets } from "../automation/real-engine/site";
import type { Site } from "../automation/real-engine/site";
import { bootstrap } from "../automation/state/bootstrap";
import { checkState } from "../automation/state/check";
import { restorable, restore, stateVersions } from "../automation/state/restore";
import { StackState } from "../automation/state/stack-state";
import type { PlannedStack } from "../automation/stacks";
import { planned } from "../automation/stacks";
import { openWorkspace } from "../automation/workspace";
import { findBinaries } from "../simulator/kubernetes-door/binaries";
import { findProgram, skipped } from "../test/state/programs";
import { CREDENTIALS, S3Server } from "../test/state/s3-server";
import { KEYS, SELF_HOSTED, startSelfHosted } from "../test/state/self-hosted";
import type { LocalServer } from "../test/state/server";
import { labUp } from "./lab-up";
import { clusterClient, edited, succeeded } from "./stacks";
import { inTurn, sites } from "./suite";

/** The first machines are being made by then, and there is much left. */
const HALFWAY_MS = 9000;
const BUCKET = "lab-state";
const LOCKS = ".pulumi/locks/organization/proxmox-talos/homelab-small/";

/** S3 servers, the one that everything is tried with first; of the others, what only the real engine shows. */
const SERVERS = ["versitygw", "garage", "minio"] as const;

for (const kind of SERVERS)
  describe(`a state in a bucket of a real S3 server: ${kind}`, () => {
    inTurn();
    const open = sites();
    const isFirst = kind === "versitygw";
    const { region, versions } = isFirst ? { region: "us-east-1", versions: true } : SELF_HOSTED[kind];
    let server: S3Server | LocalServer | undefined;
    let site: Site;
    let stack: PlannedStack;
    before(async function () {
      if (findProgram(kind) === undefined) skipped(this, kind);
      // The server is older than the first site, with which the namespace's loopback comes up.
      carry([], {});
      server = await (isFirst ? S3Server.start({ versions }) : startSelfHosted(kind));
    });
    after(() => server?.stop());

    /** The stack with its state in the bucket, made by `lab state bootstrap`. */
    async function opened(): Promise<void> {
      const plain = planned("examples/homelab-small.yaml");
      site = await open(plain, { binaries: findBinaries().found });
      const { environment, stack: name, projectDir } = site.sandbox;
      stack = edited(plain, (document) => {
        const s3 = { bucket: BUCKET, prefix: `${Date.now()}`, region, endpoint: server?.endpoint };
        document.setIn(["config", "proxmox-talos:state"], { backend: { s3 } });
      });
      writeStackFile(site.sandbox, stack.text);
      // The stack file says where the state is, and nobody else.
      Reflect.deleteProperty(environment, "PULUMI_BACKEND_URL");
      Reflect.deleteProperty(process.env, "PULUMI_BACKEND_URL");
      Object.assign(environment, isFirst ? CREDENTIALS : KEYS);
      Object.assign(process.env, environment);
      const { steps } = await bootstrap(state());
      assert.equal(steps.at(-1)?.result, "made");
      environment["PULUMI_BACKEND_URL"] = state().location.url;
      assert.equal(name, "homelab-small");
      assert.ok(readFileSync(join(projectDir, `Pulumi.${name}.yaml`), "utf8").includes("encryptionsalt"));
    }

    /** It is looked at as the command would, in the sandbox's project; what a plain pulumi is told is not told here. */
    function state(): StackState {
      Reflect.deleteProperty(process.env, "PULUMI_BACKEND_URL");
      return new StackState(stack, undefined, site.sandbox.projectDir);
    }

    async function lab(): Promise<Awaited<ReturnType<typeof labUp>>> {
      const failure = await labUp(site, stack);
      Reflect.deleteProperty(process.env, "PULUMI_BACKEND_URL");
      return failure;
    }

    async function put(key: string, body: string): Promise<void> {
      const endpoint = server?.endpoint ?? "";
      const client = new S3Client({ region, endpoint, forcePathStyle: true });
      const prefix = new URL(state().location.url).pathname.slice(1);
      await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: `${prefix}/${key}`, Body: body }));
    }

    it("is finished by lab up when its update is killed: nothing twice, nothing lost", async () => {
      await opened();
      await killedAfter(site, HALFWAY_MS);
      const [lock] = (await checkState(state())).locks;
      assert.deepEqual([lock?.host, lock?.holder], [hostname(), "dead"]);
      const plain = await pulumi(site.sandbox, ["up", "--yes", "--skip-preview"]);
      assert.match(plain.output, /the stack is currently locked by 1 lock/);

      assert.equal(await lab(), undefined);
      await whole(site, stack);
      const { checks, state: facts, locks, versioning } = await checkState(state());
      assert.deepEqual(
        checks.filter((each) => each.state !== "ok").map(({ name }) => name),
        versions ? [] : ["versions"],
      );
      assert.deepEqual([locks, versioning === "on", facts?.pendingOperations], [[], versions, 0]);
      assert.ok((await state().backups.list()).some(({ operation }) => operation === "up"));
    });

    it("is left alone by a second update while a first one is at work, with one clear line", async () => {
      await opened();
      let pid = 0;
      const first = pulumi(site.sandbox, ["up", "--yes", "--skip-preview"], { onStart: (child) => (pid = child.pid ?? 0) });
      const lock = await held(state);
      assert.equal(lock.pid, pid);
      const failure = await lab();
      assert.equal(failure?.code, "locked");
      assert.match(
        failure.message,
        new RegExp(
          `^nothing was changed: homelab-small is locked by \\S+@${hostname()} \\(pid ${pid}\\) since \\S+, which is at work; wait until it has ended, or, .* run lab cancel homelab-small$`,
        ),
      );
      const second = await pulumi(site.sandbox, ["up", "--yes", "--skip-preview"]);
      assert.deepEqual([second.code === 0, stepsOf(second)], [false, []]);
      succeeded(await first);
      await whole(site, stack);
    });

    if (!isFirst) return;

    it("keeps the lock of another machine's update", async () => {
      await opened();
      const lock = { pid: 1, username: "ada", hostname: "another-machine", timestamp: "2026-11-21T12:00:00Z" };
      await put(`${LOCKS}0.json`, JSON.stringify(lock));
      const failure = await lab();
      assert.equal(failure?.code, "locked");
      assert.match(
        failure.message,
        /locked by ada@another-machine \(pid 1\) since 2026-11-21T12:00:00Z, on another machine; wait/,
      );
      assert.equal((await checkState(state())).locks.length, 1);
      assert.deepEqual(site.doors.dc.state.vms, []);
      // As lab cancel does it, once somebody has consented.
      await (await openWorkspace("homelab-small", site.sandbox.projectDir)).unlock();
      assert.equal(await lab(), undefined);
    });

    it("is put back from a backup and from a version of the bucket, and is whole then", async () => {
      await opened();
      assert.equal(await lab(), undefined);
      const good = await state().exported();
      assert.ok(good);
      const backup = await state().backups.save(good, "backup");
      // Somebody loses most of it.
      const lost = { ...good, deployment: { ...good.deployment, resources: good.deployment.resources?.slice(0, 1) ?? [] } };
      await state().imported(lost);
      assert.equal((await state().exported())?.deployment.resources?.length, 1);
      const saved = await restore(state(), await restorable(state(), { file: backup }));
      assert.deepEqual((JSON.parse(readFileSync(saved ?? "", "utf8")) as typeof lost).deployment.resources.length, 1);
      await whole(site, stack);

      await state().imported(lost);
      const versions = await stateVersions(state());
      const before = versions.find(({ isLatest, bytes }) => !isLatest && bytes > 10_000);
      assert.ok(before, JSON.stringify(versions.slice(0, 5)));
      await restore(state(), await restorable(state(), { version: before.id }));
      await whole(site, stack);
      // No secret is in what was kept.
      const kept = (await state().backups.list()).map(({ file }) => readFileSync(file, "utf8")).join("");
      for (const [key, secret] of Object.entries(rehearsalSecrets(stack.config))) assert.ok(!kept.includes(secret), key);
    });

    it("hands out a kubeconfig that the API takes, to a private file and among others", async () => {
      await opened();
      assert.equal(await lab(), undefined);
      const folder = join(site.sandbox.dir, "home");
      mkdirSync(folder);
      const file = join(folder, "config");
      writeFileSync(file, "apiVersion: v1\nkind: Config\nclusters: [] # none yet\n", { mode: 0o644 });
      const { projectDir } = site.sandbox;
      const doors = { open: () => openWorkspace("homelab-small", projectDir) };
      for (const kind of [kubeconfig, talosconfig]) {
        const target = kind === kubeconfig ? file : join(folder, "talosconfig");
        assert.equal(await accessWith(doors, kind, stack, { color: false, json: true, merge: true, use: true, file: target }), 0);
        assert.equal(statSync(target).mode & 0o777, 0o600);
        assert.ok(readFileSync(target, "utf8").includes(stack.config.metadata.name));
      }
      const nodes = await clusterNodes(readFileSync(file, "utf8"));
      assert.equal(nodes.length, stack.plan.machines.length);
      assert.ok(clusterClient(site));
    });
  });

/** The lock that an update takes, as soon as it has it. */
async function held(state: () => StackState): Promise<{ readonly pid: number }> {
  for (;;) {
    const [lock] = (await checkState(state())).locks;
    if (lock) return lock;
    await sleep(200);
  }
}

/** All is there, once, and an update has nothing to do. */
async function whole(site: Site, stack: PlannedStack): Promise<void> {
  const again = succeeded(await pulumi(site.sandbox, ["up", "--yes", "--skip-preview"]));
  assert.deepEqual(
    stepsOf(again).map(({ op, urn }) => `${op} ${urn}`),
    [],
  );
  const { vms, clusters } = site.doors.dc.state;
  assert.deepEqual(vms.map(({ name }) => name).sort(), stack.plan.machines.map(({ name }) => name).sort());
  assert.equal(clusters.length, 1);
  const bootstraps = site.doors.talos.calls.filter(({ call, code }) => call.endsWith("/Bootstrap") && code === status.OK);
  assert.equal(bootstraps.length, 1);
}

/** Runs an update and kills the engine with all of its providers. */
async function killedAfter(site: Site, milliseconds: number): Promise<Run> {
  let timer: NodeJS.Timeout | undefined;
  const onStart = ({ pid }: ChildProcess): void => {
    timer = setTimeout(() => {
      killGroup(pid);
    }, milliseconds);
  };
  const run = await pulumi(site.sandbox, ["up", "--yes", "--skip-preview"], { onStart });
  clearTimeout(timer);
  return run;
}
