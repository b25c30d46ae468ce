import { z } from "zod";
import { label, labelValue, qualifiedName, whenRight } from "./fields";

/** Type of a Secret of which nothing says otherwise. */
export const OPAQUE = "Opaque";

/** Keys without which Kubernetes refuses a Secret of a type (ValidateSecret in its pkg/apis/core/validation). */
const KEYS_OF_TYPE: Readonly<Record<string, readonly string[]>> = {
  "kubernetes.io/dockercfg": [".dockercfg"],
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
};

/** Type of those that Kubernetes fills itself. */
const TOKEN = "kubernetes.io/service-account-token";

const dataKey = z
  .string()
  .regex(/^(?!\.\.|\.$)[-._a-zA-Z0-9]{1,253}$/)
  .describe("Key in a Secret: letters, digits, dots, hyphens and underscores");

const shape = z.strictObject({
  type: z
    .string()
    .regex(/^[a-zA-Z0-9]([a-zA-Z0-9./-]{0,251}[a-zA-Z0-9])?$/)
    .refine((type) => type !== TOKEN, { error: "a type that Kubernetes fills itself" })
    .default(OPAQUE)
    .describe(`Type as Kubernetes has it, by default ${OPAQUE}, for instance kubernetes.io/tls`),
  labels: z.record(qualifiedName, labelValue).default({}).describe("Labels of the Secret, by default none"),
  keys: z
    .array(dataKey)
    .default([])
    .describe("Keys with secret values, each set by `pulumi config set --secret secret:<namespace>/<name>/<key>`"),
  values: z
    .record(dataKey, z.string().describe("Text that anybody may read"))
    .default({})
    .describe("Further keys with texts that are no secret, such as a user's name"),
});

const secret = shape
  .refine(({ keys, values }) => keys.length + Object.keys(values).length > 0, {
    error: "a Secret without a key",
    path: ["keys"],
    when: whenRight("keys", "values"),
  })
  .refine(({ keys, values }) => new Set([...keys, ...Object.keys(values)]).size === keys.length + Object.keys(values).length, {
    error: "a key that is there twice",
    path: ["keys"],
    when: whenRight("keys", "values"),
  })
  .refine(({ type, keys, values }) => lackingOf(type, [...keys, ...Object.keys(values)]).length === 0, {
    error: ({ input }) => {
      const { type, keys, values } = input as Pick<z.output<typeof shape>, "type" | "keys" | "values">;
      return `no ${lackingOf(type, [...keys, ...Object.keys(values)]).join(", ")}: Kubernetes refuses a Secret of type ${type} without`;
    },
    path: ["keys"],
    when: whenRight("type", "keys", "values"),
  })
  .describe(
    "A Secret that the stack makes: { keys: [password] }, values: { username: admin } for what is none; kubernetes.io/tls has the keys tls.crt and tls.key",
  );

/** Secrets of Kubernetes that the stack makes: the file says which and of what keys, never what is in them. */
export const secrets = z
  .record(
    label("Namespace of the Secrets, created where nothing else brings it"),
    z.record(label("Name of the Secret"), secret).describe("Secrets of the namespace, by name"),
  )
  .default({})
  .describe("Secrets of Kubernetes that the stack makes, by namespace and name");

function lackingOf(type: string, keys: readonly string[]): string[] {
  return (KEYS_OF_TYPE[type] ?? []).filter((key) => !keys.includes(key));
}
