import ipaddr from "ipaddr.js";
import type { z } from "zod";
import { nearest } from "./problem";

type Issue = z.core.$ZodIssue;

/** What to do about whatever a schema says in words of its own. */
const REMEDIES: readonly (readonly [message: RegExp, remedy: string])[] = [
  [/^only /, "leave it out"],
  [/^both /, "keep one of the two"],
  [/ at once$/, "keep one of them"],
  [/^neither count nor machines$/, "add count"],
  [/^existing machines without machines$/, "list them by name under machines, each with its address"],
  [/^no kind of issuer$/, "add selfSigned: {}, or acme with an email"],
  [/^no way to show whose a name is$/, "add http01: {} where the authority reaches port 80, dns01 elsewhere"],
  [/^no backend$/, "add s3, file, cloud or url, or leave backend out"],
  [/^no way to the passphrase$/, "add sops or age, with a file"],
  [/^no DNS provider$/, "add the one that has the domain"],
  [/^no way to the API$/, "add vip with an address nobody else has"],
  [/^ends before it begins$/, "swap its ends"],
  [/^holds an? (address|id|name) twice$/, "take out what overlaps"],
  [/^mixes IPv4 and IPv6$/, "take both ends of one family"],
  [/^more than the \d+ vCPUs/, "lower it (1 is the time of one vCPU), or leave it out"],
  [/^fewer threads than cores$/, "correct one of the two"],
  [/^the interface needs the relay$/, "switch both on, or leave both out"],
  [/^a second IPv6 network/, "leave it out"],
  [/^an exit node, not a route$/, "name the networks themselves: an exit node is nothing a cluster should be"],
];

/** What to do about an issue: the value that was probably meant, where that can be told. */
export function remedyOf(issue: Issue, value: unknown): string {
  const meant = meantInstead(issue, value);
  if (meant !== undefined) return meant;
  const own = issue.code === "custom" ? REMEDIES.find(([message]) => message.test(issue.message)) : undefined;
  return own?.[1] ?? "write one that is allowed";
}

function meantInstead(issue: Issue, value: unknown): string | undefined {
  const text = String(value);
  const key = String(issue.path.at(-1));
  switch (issue.code) {
    case "invalid_value": {
      const meant = nearest(text, issue.values.map(String));
      return meant === undefined ? undefined : `did you mean ${meant}?`;
    }
    case "invalid_type":
      return otherType(issue.expected, text, key);
    case "invalid_format":
      // The pattern itself knows whether a v is all that is missing.
      return issue.format === "regex" && /^\d+\.\d+\.\d+$/.test(text) && matches(issue.pattern, `v${text}`)
        ? `did you mean v${text}?`
        : undefined;
    case "too_big":
      return typeof value === "number" && key.endsWith("GiB") && value % 1024 === 0
        ? `write ${value / 1024}: the unit is GiB, not MiB`
        : undefined;
    case "custom":
      return issue.message === "no IP network" ? networkOf(text) : undefined;
    default:
      return undefined;
  }
}

function otherType(expected: string, text: string, key: string): string | undefined {
  if (expected === "boolean") {
    if (/^(yes|on)$/i.test(text)) return "write true";
    return /^(no|off)$/i.test(text) ? "write false" : undefined;
  }
  if (expected !== "int" && expected !== "number") return undefined;
  if (/^\d+$/.test(text)) return "write the number without quotes";
  const [, amount] = /^(\d+) ?(?:GB|GiB|G|Gi)$/.exec(text) ?? [];
  return amount !== undefined && key.endsWith("GiB") ? `write ${amount}: the unit is in the key's name` : undefined;
}

function matches(pattern: string | undefined, text: string): boolean {
  return pattern !== undefined && new RegExp(pattern.replace(/^\/|\/[a-z]*$/g, "")).test(text);
}

/** The network that an address with a prefix length belongs to. */
function networkOf(text: string): string | undefined {
  if (!ipaddr.isValidCIDR(text)) return undefined;
  const kind = text.includes(":") ? ipaddr.IPv6 : ipaddr.IPv4;
  return `did you mean ${kind.networkAddressFromCIDR(text).toString()}/${text.split("/")[1] ?? ""}?`;
}
