import { z } from "zod";
import { NAMESPACE, concerns } from "./schema";

/** Concerns without which no stack can be planned. */
const REQUIRED = ["metadata", "network", "topology"] as const;

/** The JSON Schema of a stack file, for editors; the same text for the same schemas. */
export function stackSchemaText(): string {
  const properties = Object.fromEntries(
    Object.entries(concerns).map(([name, schema]) => {
      const part: Record<string, unknown> = { ...z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) };
      // The dialect is named once, at the top.
      delete part["$schema"];
      return [`${NAMESPACE}:${name}`, part];
    }),
  );
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Stack file of proxmox-talos",
    type: "object",
    required: ["config"],
    additionalProperties: false,
    properties: {
      config: {
        type: "object",
        required: REQUIRED.map((name) => `${NAMESPACE}:${name}`),
        properties,
        // Other namespaces belong to the providers.
        patternProperties: { [`^(?!${NAMESPACE}:)[A-Za-z0-9-]+:`]: {} },
        additionalProperties: false,
      },
      encryptionsalt: { type: "string" },
      secretsprovider: { type: "string" },
      encryptedkey: { type: "string" },
      environment: {},
    },
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
