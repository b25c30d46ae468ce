import { writeFileSync } from "node:fs";
import { EXIT } from "../../automation/failure";
import { cell } from "../../automation/render/markdown";
import { required, setting, summary } from "./environment";
import { failureOf, labLive } from "./lab";
import { script } from "./script";

/**
 * Deploys a stack, once its state's backend is as it should be.
 *
 * `STACK`: the stack. `LAB_LOG`: file for what was told on the way. @default deploy.log
 */
script(async () => {
  const stack = required("STACK");
  const log: string[] = [];
  for (const command of [["state", "check"], ["up"]]) {
    const answer = await labLive([...command, stack, ...(command[0] === "up" ? ["--policy", "--install-cli"] : [])]);
    log.push(`$ lab ${command.join(" ")} ${stack}`, answer.log, JSON.stringify(answer.document ?? null, null, 2));
    writeFileSync(setting("LAB_LOG") ?? "deploy.log", `${log.join("\n")}\n`);
    if (answer.code !== EXIT.fine) {
      const failure = `lab ${command.join(" ")} ${stack}: ${failureOf(answer)}`;
      process.stderr.write(`${failure}\n`);
      summary(`:no_entry: ${cell(failure)}`);
      return answer.code;
    }
    if (command[0] === "up") summary(`:white_check_mark: ${cell(stack)} is up: ${cell(countsOf(answer.document))}`);
  }
  process.stdout.write(`${stack} is up\n`);
  return EXIT.fine;
});

/** For instance `2 create, 40 same`. */
function countsOf(document: unknown): string {
  const { summary: counts = {} } = document as { summary?: Readonly<Record<string, number>> };
  const parts = Object.entries(counts).map(([operation, number]) => `${number} ${operation}`);
  return parts.length === 0 ? "nothing changed" : parts.join(", ");
}
