/** Merges clusters into a file, as a process of its own: `merging.ts <file> <cluster>…`. */
import { kubeconfig } from "../../../automation/access/kubeconfig";
import { merged } from "../../../automation/access/merge";
import { changeUserFiles } from "../../../automation/access/user-files";

const [file = "", ...names] = process.argv.slice(2);

async function main(): Promise<void> {
  for (const name of names) {
    const own = { clusters: { server: `https://${name}` }, users: { token: name }, contexts: { cluster: name, user: name } };
    const how = { isCurrent: false, isReplacing: false };
    await changeUserFiles(
      { all: [file], target: file },
      { shape: kubeconfig.shape, isMaking: true, by: (sources, target) => merged(kubeconfig, sources, target, name, own, how) },
    );
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
