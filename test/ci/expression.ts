/** Values that expressions see: `github`, `vars`, `secrets` and so on. */
export type Contexts = Readonly<Record<string, unknown>>;

/** What became of what came before, for `success()` and its like. */
export type Status = "success" | "failure" | "skipped";

const STATUS = ["success", "failure", "cancelled", "always"] as const;

/**
 * Evaluates an expression of GitHub's as GitHub's own library does, which is an ES module.
 *
 * @returns a plain value
 */
export async function evaluate(expression: string, contexts: Contexts, status: Status): Promise<unknown> {
  const { Evaluator, Lexer, Parser, data } = await import("@actions/expressions");
  const answers = { success: status === "success", failure: status === "failure", cancelled: false, always: true };
  const functions = STATUS.map((name) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(answers[name]),
  }));
  const parsed = new Parser(new Lexer(expression).lex().tokens, Object.keys(contexts), functions).parse();
  const context = JSON.parse(JSON.stringify(contexts), data.reviver) as InstanceType<typeof data.Dictionary>;
  const result = new Evaluator(parsed, context, new Map(functions.map((each) => [each.name, each]))).evaluate();
  return JSON.parse(JSON.stringify(result, data.replacer));
}

/** Whether a job or a step runs: `success()` stands before every condition that asks for no status itself. */
export async function holds(condition: string | undefined, contexts: Contexts, status: Status): Promise<boolean> {
  if (condition === undefined) return status === "success";
  const bare = condition.replace(/^\s*\$\{\{([\s\S]*)\}\}\s*$/, "$1");
  const asks = STATUS.some((name) => bare.includes(`${name}()`));
  if (!asks && status !== "success") return false;
  return isTrue(await evaluate(bare, contexts, status));
}

/** A text with its expressions filled in; of one that is nothing but an expression, the value. */
export async function filled(text: string, contexts: Contexts, status: Status = "success"): Promise<unknown> {
  const whole = /^\$\{\{((?:(?!\}\})[\s\S])*)\}\}$/.exec(text);
  if (whole) return evaluate(whole[1] ?? "", contexts, status);
  let result = "";
  let end = 0;
  for (const match of text.matchAll(/\$\{\{([\s\S]*?)\}\}/g)) {
    const value = await evaluate(match[1] ?? "", contexts, status);
    result += text.slice(end, match.index) + textOf(value);
    end = match.index + match[0].length;
  }
  return result + text.slice(end);
}

/** A value as it is put into a text: what is not there is empty. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isTrue(value: unknown): boolean {
  return value !== null && value !== false && value !== 0 && value !== "";
}
