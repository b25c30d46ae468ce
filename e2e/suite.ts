import { after, afterEach, before, beforeEach } from "mocha";
import { openSite } from "../automation/real-engine/site";
import type { Site } from "../automation/real-engine/site";
import { findBinaries } from "../simulator/kubernetes-door/binaries";
import { RealCluster } from "./real-cluster";

/**
 * For a suite whose tests go on from each other: after one that failed the others are skipped. Mocha's own `bail` would skip them as
 * well when something has failed in any suite before, without a word.
 */
export function inTurn(): void {
  let failed = false;
  beforeEach(function () {
    if (failed) this.skip();
  });
  afterEach(function () {
    failed ||= this.currentTest?.state === "failed";
  });
}

/** Opens sites that are closed after each test, also where its time ran out: whoever comes next wants the same addresses. */
export function sites(): typeof openSite {
  const open = new Set<Site>();
  afterEach(async () => {
    const all = [...open];
    open.clear();
    await Promise.all(all.map((site) => site.close()));
  });
  return async (...args) => {
    const site = await openSite(...args);
    open.add(site);
    return site;
  };
}

/**
 * A cluster for all tests of a suite, which are skipped where its programs are not there.
 *
 * @param started is handed the cluster before the first test
 */
export function withCluster(started: (cluster: RealCluster) => Promise<void> | void): void {
  const { found } = findBinaries();
  let cluster: RealCluster | undefined;
  before(async function () {
    if (!found) this.skip();
    cluster = new RealCluster(found);
    await cluster.start();
    await started(cluster);
  });
  after(() => cluster?.remove());
}
