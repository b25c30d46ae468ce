import { namedSecrets } from "../addons";
import type { Finding } from "../plan";
import type { Site } from "../site";
import { finding } from "./catalog";

type Named = ReturnType<typeof namedSecrets>[number];

/** Secrets that settings name and the stack does not make: one finding each, however many settings name it. */
export function judgeSecretsByHand(site: Site): Finding[] {
  const byHand = new Map<string, Named[]>();
  for (const each of namedSecrets(site).filter(({ namespace, name }) => site.secrets[namespace]?.[name] === undefined)) {
    const identity = `${each.namespace}/${each.name}`;
    byHand.set(identity, [...(byHand.get(identity) ?? []), each]);
  }
  return [...byHand.values()].flatMap((all) => {
    const [first] = all;
    if (!first) return [];
    const { namespace, name, path } = first;
    const keys = [...new Set(all.flatMap((each) => each.keys))].sort();
    const meanwhile = [...new Set(all.map((each) => each.meanwhile))].join(", ");
    return [
      finding(
        "secret-by-hand",
        path,
        `the stack does not make the Secret ${name} in ${namespace} with the ${keys.length === 1 ? "key" : "keys"} ${keys.join(", ")}: ${meanwhile}`,
        `add secrets.${namespace}.${name} with keys: [${keys.join(", ")}], or make it there as soon as the namespace is`,
      ),
    ];
  });
}
