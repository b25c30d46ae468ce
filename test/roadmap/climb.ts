import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lab } from "../lab";
import { hosts, stackFile } from "../stacks";

/** A stack of VMs in stage 1: one of them, on the second of three hosts. */
export const VMS = stackFile({
  hosts: hosts(3),
  endpoint: "{ vip: 192.168.1.99 }",
  controlPlane: "{ count: 1, cores: 4, memoryGiB: 8, diskGiB: 20, hosts: [pve-2] }",
  workers: "{}",
}).replace("gateway: 192.168.1.1", "gateway: 192.168.1.1 # the router");

/** What snapshots of etcd need and nobody can guess. */
export const BACKUP = [
  "talos.etcdBackup.s3.bucket=etcd-roadmap",
  "talos.etcdBackup.s3.accessKeyId=GK0123456789abcdef",
  "talos.etcdBackup.ageRecipient=age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
];

/** Answers as options. */
export function sets(answers: readonly string[]): string[] {
  return answers.flatMap((each) => ["--set", each]);
}

/**
 * Has `lab advise` write stage after stage.
 *
 * @param folder for its files, which are not there yet
 * @param text of stage 1
 * @returns texts of stages 2, 3 and 4
 */
export async function climb(folder: string, text: string): Promise<string[]> {
  const texts: string[] = [];
  for (const stage of [2, 3, 4]) {
    const [from, to] = [join(folder, `from-${stage}.yaml`), join(folder, `to-${stage}.yaml`)];
    writeFileSync(from, texts.at(-1) ?? text);
    const { code, stderr } = await lab(
      "advise",
      from,
      "--to",
      String(stage),
      "--write",
      to,
      ...(stage === 4 ? sets(BACKUP) : []),
    );
    assert.deepEqual([code, stderr], [0, ""]);
    texts.push(readFileSync(to, "utf8"));
  }
  return texts;
}
