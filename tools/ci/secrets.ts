/** Settings of a job that hold secrets: what an environment hands to `lab`, and the tokens of the forges. */
export const SECRET_SETTINGS = [
  "PULUMI_CONFIG_PASSPHRASE",
  "PULUMI_ACCESS_TOKEN",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "SOPS_AGE_KEY",
  "GITHUB_TOKEN",
  "LAB_GITLAB_TOKEN",
  "CI_JOB_TOKEN",
] as const;

/** Shorter ones would be found in ordinary words. */
const SHORTEST = 6;

/** A text without the values of secret settings, should a program have printed one. CI does the same with its own page, not with files. */
export function withoutSecrets(text: string, environment: NodeJS.ProcessEnv = process.env): string {
  const values = SECRET_SETTINGS.flatMap((name) => {
    const value = environment[name]?.trim() ?? "";
    // Files of keys have several lines, and texts come line by line.
    const parts = [value, ...value.split(/[\r\n]+/).map((line) => line.trim())].filter((part) => part.length >= SHORTEST);
    return parts.flatMap((part) => [part, JSON.stringify(part).slice(1, -1)]);
  });
  return values.sort((a, b) => b.length - a.length).reduce((kept, value) => kept.replaceAll(value, "[secret]"), text);
}
