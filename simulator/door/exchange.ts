import type * as jspb from "google-protobuf";
import type { Json } from "../values";

/** One request of the program and its answer, in protobuf's JSON form without what is at its default. */
export interface Exchange {
  /** For instance `RegisterResource`. */
  readonly method: string;
  readonly request: { readonly [key: string]: Json };
  readonly response: { readonly [key: string]: Json };
}

/** Fields whose content is the program's own: nothing in them may be left out or renamed. */
const STRUCTS = ["object", "outputs", "args", "return", "replacementTrigger"];

/** A generated message as protobuf writes it in JSON, names of fields in lower case. */
export function messageJson(message: unknown): { [key: string]: Json } {
  const generated = message as jspb.Message;
  const plain = jsonOf(generated.toObject()) as { [key: string]: Json };
  // A field that knows whether it was set is shown even at its default.
  for (const [name, value] of Object.entries(generated.toObject())) {
    const isSet = (generated as unknown as Record<string, (() => boolean) | undefined>)[
      `has${name.charAt(0).toUpperCase()}${name.slice(1)}`
    ];
    if (isSet?.call(generated) === true && (value === false || value === "" || value === 0)) plain[name.toLowerCase()] = value;
  }
  for (const name of STRUCTS) {
    const getter = `get${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    const value = (generated as unknown as Record<string, (() => unknown) | undefined>)[getter]?.();
    Reflect.deleteProperty(plain, name.toLowerCase());
    if (value !== undefined && value !== null && typeof value === "object" && "toJavaScript" in value) {
      plain[name.toLowerCase()] = (value.toJavaScript as () => Json)();
    }
  }
  return plain;
}

function jsonOf(value: unknown): Json | undefined {
  if (Array.isArray(value)) return value.map((each) => jsonOf(each) ?? {});
  if (value === null || typeof value !== "object") {
    return value === "" || value === false || value === 0 || value === undefined ? undefined : (value as Json);
  }
  const entries = Object.entries(value).flatMap(([name, each]): [string, Json][] => {
    const isPairs = Array.isArray(each) && name.endsWith("Map");
    const content = isPairs
      ? Object.fromEntries((each as [string, unknown][]).map(([key, entry]) => [key, jsonOf(entry) ?? {}]))
      : jsonOf(each);
    const label = Array.isArray(each) ? name.replace(/(Map|List)$/, "") : name;
    return content === undefined || isEmpty(content) ? [] : [[label.toLowerCase(), content]];
  });
  return Object.fromEntries(entries);
}

function isEmpty(value: Json): boolean {
  return Array.isArray(value)
    ? value.length === 0
    : value !== null && typeof value === "object" && Object.keys(value).length === 0;
}
