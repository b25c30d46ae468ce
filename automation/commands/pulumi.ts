import { spawn } from "node:child_process";
import { EXIT } from "../failure";
import { pulumiCli } from "../pulumi-cli";
import { PROJECT_DIR, ownStack } from "../stacks";
import { stateEnvironment } from "../state/environment";

/** Runs a plain Pulumi command with a stack's backend, name and passphrase; ends as that ends. */
export async function runPulumi(nameOrPath: string, args: readonly string[]): Promise<number> {
  const { stack, config } = ownStack(nameOrPath);
  const { command } = await pulumiCli();
  const env = { ...process.env, ...(await stateEnvironment(config, PROJECT_DIR)), PULUMI_STACK: stack };
  const child = spawn(command, args, { cwd: PROJECT_DIR, env, stdio: "inherit" });
  const ignored = (): void => undefined;
  const told = (): void => {
    child.kill("SIGTERM");
  };
  process.on("SIGINT", ignored).on("SIGTERM", told);
  try {
    return await new Promise((resolve, reject) => {
      child.on("error", reject).on("close", (code) => {
        resolve(code ?? EXIT.failed);
      });
    });
  } finally {
    process.off("SIGINT", ignored).off("SIGTERM", told);
  }
}
