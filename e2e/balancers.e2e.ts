import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { connect } from "node:tls";
import { pulumi, stepsOf } from "../automation/real-engine/pulumi";
import { openSite } from "../automation/real-engine/site";
import type { Site } from "../automation/real-engine/site";
import { planned } from "../automation/stacks";
import { failHost, mendHost } from "../simulator/datacenter/outages";
import { findBinaries } from "../simulator/kubernetes-door/binaries";
import { destroyed, edited, succeeded, up } from "./stacks";
import { inTurn } from "./suite";

const whole = planned("examples/haproxy.yaml");
const ENDPOINT = ["config", "proxmox-talos:network", "endpoint", "haproxy"];
const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE0000000000000000000000000000000000000000000 admin";

/** How long the way to the API may be away at most, in milliseconds: a balancer's connections end with it, new ones find another. */
const GAP_MS = 2500;

describe("balancers, deployed by the real engine", function () {
  inTurn();
  let site: Site;

  before(async () => {
    site = await openSite(whole, { binaries: findBinaries().found, speed: 10 });
    succeeded(await up(site, whole));
  });
  after(() => site.close());

  it("are what they were asked to be: nothing is left to do, not after a refresh either", async () => {
    assert.deepEqual(stepsOf(succeeded(await up(site, whole))), []);
    succeeded(await pulumi(site.sandbox, ["refresh", "--yes", "--skip-preview"]));
    assert.deepEqual(stepsOf(succeeded(await up(site, whole))), []);
  });

  it("are made anew one after the other, and the API is there all the while", async () => {
    const changed = edited(whole, (document) => {
      document.setIn([...ENDPOINT, "sshAuthorizedKeys"], [KEY]);
    });
    const watch = watching(whole.plan.endpoint.host);
    const run = succeeded(await up(site, changed));
    const gap = await watch.end();
    assert.deepEqual(
      [...new Set(stepsOf(run).map(({ type, urn }) => `${type} ${urn.split("::").at(-1) ?? ""}`))].sort(),
      ["lb-00", "lb-01"]
        .flatMap((name) =>
          ["proxmoxve:index/fileLegacy:FileLegacy", "proxmoxve:index/vmLegacy:VmLegacy"].map((type) => `${type} ${name}`),
        )
        .sort(),
    );
    assert.ok(gap <= GAP_MS, `the API was away for ${gap} ms`);
  });

  it("lead to the API while a host with one of them is down", async () => {
    const { dc, time } = site.doors;
    // The update has ended with the second one's start: what it installs takes a while.
    for (const end = Date.now() + 30_000; Date.now() < end;) {
      if (dc.state.vms.every(({ stage }) => stage === "running")) break;
      await pause(200);
    }
    time.now();
    failHost(dc, "pve-1");
    time.changed();
    await pause(1000);
    assert.equal(await answers(whole.plan.endpoint.host), true);
    mendHost(dc, "pve-1", () => true);
    time.changed();
  });

  it("go with all the rest", async () => {
    Object.assign(process.env, site.sandbox.environment);
    await destroyed(site);
    assert.deepEqual(Object.values(site.doors.dc.state.images).flat(), []);
  });
});

/** Looks ten times a second whether somebody answers; the longest time that nobody did, in milliseconds. */
function watching(host: string): { readonly end: () => Promise<number> } {
  let [last, longest, isOver] = [Date.now(), 0, false];
  const look = async (): Promise<void> => {
    while (!isOver) {
      if (await answers(host)) {
        longest = Math.max(longest, Date.now() - last);
        last = Date.now();
      }
      await pause(100);
    }
  };
  const looking = look();
  return {
    async end() {
      isOver = true;
      await looking;
      return Math.max(longest, Date.now() - last);
    },
  };
}

function answers(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: 6443, rejectUnauthorized: false, timeout: 1000 });
    const answer = (is: boolean) => (): void => {
      socket.destroy();
      resolve(is);
    };
    socket.on("secureConnect", answer(true)).on("timeout", answer(false)).on("error", answer(false));
  });
}
