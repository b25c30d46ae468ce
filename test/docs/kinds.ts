import { labArguments } from "./commands";
import type { CommandLine } from "./commands";
import { ELSEWHERE } from "./elsewhere";

/**
 * Who runs a command of a document: `offline` and `shell` the slow suite in a clone, `engine` the end-to-end suite, `project` CI,
 * `elsewhere` nobody.
 */
export type Kind = "offline" | "shell" | "engine" | "project" | "elsewhere";

/** Commands of `lab` that need nothing but Node.js and Git. */
const OFFLINE = "plan rehearse diff faults survive maintenance costs compare advise doctor schema help".split(" ");
const SHELL = "cp mv rm mkdir cat head base64 grep sed git echo export umask openssl diff test cd set $EDITOR".split(" ");

/** Scripts of the project that a document names and `.ci/run` does not run, each with its reason. */
export const NOT_IN_CI: Readonly<Record<string, string>> = {
  "npm run bench": "takes minutes, and its budgets are those of a quiet machine; test/bench.test.ts runs small ones",
  "npm run e2e": "needs the real engine, its providers and a control plane's programs",
  "npm run screenshots": "writes the pictures that the documents show",
  "npm run format": "writes; .ci/run checks the same with format:check",
  "npm run docs": "writes; .ci/run checks the same with test:docs",
  "npm run schema": "writes; .ci/run checks the same with schema:check",
  "npm run check": ".ci/run has its five parts as steps of their own",
};

/** Commands in tables that end with another exit code than 0. */
export const ENDS_WITH: Readonly<Record<string, number>> = {
  "npx lab rehearse homelab --fault host-lost": 1,
};

/** Documents whose commands the end-to-end suite types, from the first to the last (e2e/docs.e2e.ts). */
export const DEPLOYED = ["README.md", "docs/first-deployment.md"];

/** Commands for the real engine that stand in other documents only, each with what else tests them. */
export const TRIED_OTHERWISE: Readonly<Record<string, string>> = {
  "lab rehearse --engine": "e2e/faults.e2e.ts and e2e/agreement.e2e.ts rehearse with the real engine",
  "lab advise --prometheus": "test/automation/prometheus.test.ts answers as Prometheus does",
  "lab preview --all": "e2e/automation.e2e.ts",
  "lab refresh --preview-only": "e2e/automation.e2e.ts",
  "lab import": "e2e/automation.e2e.ts",
  "lab cancel": "e2e/automation.e2e.ts",
  "lab kubeconfig": "e2e/state.e2e.ts",
  "lab kubeconfig --merge --replace": "test/automation/access/access.test.ts",
  "pulumi preview --policy-pack --stack": "e2e/policy.e2e.ts",
};

/** What becomes of a line; undefined when nobody knows, which fails the tests. */
export function kindOf({ invocations }: Pick<CommandLine, "invocations">): Kind | undefined {
  const kinds = invocations.map(({ words }) => kindOfWords(words));
  for (const kind of ["elsewhere", "engine", "project", "offline", "shell"] as const)
    if (kinds.includes(kind)) return kinds.includes(undefined) ? undefined : kind;
  return undefined;
}

function kindOfWords(words: readonly string[]): Kind | undefined {
  const lab = labArguments(words);
  if (lab) {
    if (lab.includes("--prometheus") || lab[lab.indexOf("--engine") + 1] === "pulumi") return "engine";
    return OFFLINE.includes(lab[0] ?? "help") || lab[0]?.startsWith("-") ? "offline" : "engine";
  }
  const [program = ""] = words;
  if (program === "npx") return words[1] === "mocha" ? "shell" : undefined;
  if (program === "pulumi") return "engine";
  if (program === "npm" || program === ".ci/run") return "project";
  if (SHELL.includes(program)) return "shell";
  return program in ELSEWHERE ? "elsewhere" : undefined;
}

/** What a command for the engine is, whatever it is about: its program, what it is told to do, its options. */
export function shapeOf(words: readonly string[]): string {
  const lab = labArguments(words);
  const [program = "", ...rest] = lab ? ["lab", ...lab] : words;
  const verbs = program === "lab" ? /^(state \w+|\S+)/ : /^(config set|stack \w+|state \w+|plugin \w+|\S+)/;
  const verb = verbs.exec(rest.join(" "))?.[0] ?? "";
  const options = rest.filter((word) => word.startsWith("-")).map((word) => word.replace(/=.*$/s, ""));
  return [program, verb, ...new Set(options.sort())].join(" ").trim();
}
