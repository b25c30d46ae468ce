import type { ResourcePolicy } from "../policy";
import { secretProperties } from "../secret-properties";
import { at, textsIn } from "../values";

/** What is not marked as a secret stands in the state, in previews and in logs as it is. */
export const encryptedSecrets: ResourcePolicy = {
  name: "encrypted-secrets",
  description: "Properties that hold secrets are secrets to Pulumi",
  remedy: "wrap the value with pulumi.secret, or read it with requireSecret; it is in previews and states until then",
  severity: "critical",
  readsMarks: true,
  judge: ({ type, properties }) =>
    secretProperties(type)
      .filter((path) => textsIn(at(properties, ...path)).length > 0)
      .map((path) => `${path.join(".")} is not marked as a secret`),
};
