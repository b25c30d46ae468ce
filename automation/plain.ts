/** Text without the engine's marks for colours. */
export function plain(text: string): string {
  return text.replace(/<\{%[^%]*%\}>/g, "");
}

/** What only says where in a program it was noticed, how often it was tried, or the same once more. */
const NOISE: readonly (readonly [RegExp, string])[] = [
  [/^(?:\S+\.go:\d+: |error: |Error: |sdk\.helper_schema: |\[ERROR\] |pulumi: +)+/g, ""],
  [/\(\S+\.go:\d+\)|: provider=\S+/g, ""],
  // Whoever a URL lets in by its user part.
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'@]+@/gi, "$1****@"],
  [/ task log: TASK ERROR: .*$/g, ""],
  [/task "?UPID:([^:\s]+):[^"\s]*"? failed to complete with exit code:/g, "task on $1 failed:"],
  [/"?UPID:([^:\s]+):[^"\s]*"?/g, "on $1"],
  [/failed to perform HTTP (\w+) request \(path: [^)]*\) - Reason: \w+ "([^"]+)":/g, "$1 $2:"],
  [/received an HTTP (\d+) response - Reason:/g, "HTTP $1:"],
  [/rpc error: code = \w+ desc = /g, ""],
  [/^before hook "[^"]*" failed: /g, ""],
  [/ All attempts fail:/g, ""],
  // What the Kubernetes provider has to say to whoever writes programs.
  [/ The resource already exists in the cluster\..*$/g, ""],
  [/#\d+: /g, ""],
];

/** One line of what was said, with nothing of a stack trace. */
export function cleaned(message: string): string {
  const line = plain(message)
    .split("\n")
    .map((each) => each.trim())
    .filter((each) => each !== "" && !/^at .*[:(]\d+/.test(each) && !/^(code|stdout|stderr):/.test(each))
    .join(" ");
  return NOISE.reduce((text, [pattern, instead]) => text.replace(pattern, instead), line)
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[.;:]+$/, "");
}
