import { readFileSync } from "node:fs";
import type { Exchange } from "../simulator";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Document = { [key: string]: Json };

/** One thing that one side asked for and the other did not, or asked differently. */
export interface Difference {
  /** For instance `RegisterResource <urn>`. */
  readonly request: string;
  /** For instance `object.disks.0.size`; empty when the whole request is missing. */
  readonly path: string;
  readonly real: Json | undefined;
  readonly embedded: Json | undefined;
}

/** Requests that are compared. */
const METHODS = ["RegisterResource", "RegisterResourceOutputs", "Invoke"];

/** Fields that say where in the program's text a request comes from, not what it asks. */
const ORIGIN = ["stacktrace", "sourceposition", "parentstacktracehandle"];

/** Fields whose content is the program's own, names of keys included. */
const OWN = ["object", "outputs", "args", "return", "replacementtrigger"];

/** Strings that are shorter are found in others by accident. */
const SHORTEST = 8;
/** Marks an object of the wire format that stands for something else, such as a secret. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** Exchanges in the log that the CLI writes (`PULUMI_DEBUG_GRPC`). */
export function exchangesIn(path: string): Exchange[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line.includes('"/pulumirpc.ResourceMonitor/') && line.includes('"response_completed"'))
    .map((line) => JSON.parse(line) as { method: string; request: Document; response?: Document })
    .map(({ method, request, response = {} }) => ({
      method: method.replace(/^.*\//, ""),
      request: lowered(request),
      response: lowered(response),
    }));
}

/**
 * What both sides asked for differently. Where providers answered differently, what descends from the answer is compared as
 * `<urn>#<property>`; nothing else is normalised.
 */
export function differences(real: readonly Exchange[], embedded: readonly Exchange[]): Difference[] {
  const names = [new Names(), new Names()] as const;
  learn(names, answersOf(real, names[0], "RegisterResource"), answersOf(embedded, names[1], "RegisterResource"));
  // Functions are known by what they are asked, which may descend from resources.
  learn(names, answersOf(real, names[0], "Invoke"), answersOf(embedded, names[1], "Invoke"));
  const [left, right] = [requestsOf(real, names[0]), requestsOf(embedded, names[1])];
  return [...new Set([...left.keys(), ...right.keys()])].sort().flatMap((request) => {
    const [a, b] = [left.get(request), right.get(request)];
    return a === undefined || b === undefined
      ? [{ request, path: "", real: a && "asked", embedded: b && "asked" }]
      : compare(request, "", a, b);
  });
}

/** Requests by what identifies them. */
function requestsOf(exchanges: readonly Exchange[], names: Names): Map<string, Document> {
  const compared = exchanges.filter(({ method }) => METHODS.includes(method));
  return new Map(compared.map((exchange) => [`${exchange.method} ${subjectOf(exchange, names)}`, described(exchange, names)]));
}

/** What a request asks, without where it comes from; only the program's own content can descend from an answer, and a provider's id. */
function described({ request }: Exchange, names: Names): Document {
  return Object.fromEntries(
    Object.entries(request)
      .filter(([field]) => !ORIGIN.includes(field))
      .map(([field, value]): [string, Json] => {
        if (OWN.includes(field)) return [field, names.rename(value)];
        if (field === "provider") return [field, textOf(value).replace(/[^:]*$/, (id) => names.renameText(id))];
        // A set of dependencies has no order.
        return [field, field === "dependencies" && Array.isArray(value) ? [...value].sort() : value];
      }),
  );
}

/** What was answered, by whom and where in the answer. */
function answersOf(exchanges: readonly Exchange[], names: Names, method: string): Map<string, string> {
  return new Map(
    exchanges
      .filter((exchange) => exchange.method === method)
      .flatMap((exchange): [string, string][] => {
        const subject = subjectOf(exchange, names);
        const { id = "", object, return: returned } = exchange.response;
        const asked = new Map(
          leaves(exchange.request["object"] ?? exchange.request["args"] ?? {}).map(([path, value]) => [path.join("."), value]),
        );
        const answered = leaves(object ?? returned ?? {}).flatMap(([path, value]): [string, string][] =>
          // What was asked comes back in the answer: it is the program's own.
          typeof value === "string" && asked.get(path.join(".")) !== value ? [[`${subject}#${path.join(".")}`, value]] : [],
        );
        return [...answered, [`${subject}#id`, textOf(id)]];
      }),
  );
}

/** A call of a function has no name of its own: what it is asked tells it apart. */
function subjectOf({ method, request, response }: Exchange, names: Names): string {
  if (method === "RegisterResource") return textOf(response["urn"]);
  if (method !== "Invoke") return textOf(request["urn"]);
  return `${textOf(request["tok"])} ${JSON.stringify(sorted(names.rename(request["args"] ?? {})))}`;
}

/** Only what was answered differently gets a name: all else is to be the same. */
function learn(names: readonly [Names, Names], real: ReadonlyMap<string, string>, embedded: ReadonlyMap<string, string>): void {
  for (const [name, value] of real) {
    const other = embedded.get(name);
    if (other === undefined || other === value) continue;
    // Not the name itself: parts of it may have names of their own.
    const short = `⟦${names[0].size}⟧`;
    names[0].give(value, short);
    names[1].give(other, short);
  }
}

/** Values of one side that are called by a name which both sides have. */
class Names {
  private readonly names = new Map<string, string>();
  private longestFirst: (readonly [string, string])[] | undefined;

  /** How often a name was given. */
  public size = 0;

  public give(value: string, name: string): void {
    this.size++;
    this.add(value, name);
    // A text that goes on after a document has that one without its last line's end.
    this.add(value.trimEnd(), `${name} without its end`);
    this.longestFirst = undefined;
  }

  private add(value: string, name: string): void {
    if (value.length >= SHORTEST && !this.names.has(value)) this.names.set(value, name);
  }

  /** The value with everything that has a name called by it. */
  public rename(value: Json): Json {
    if (typeof value === "string") return this.renameText(value);
    if (Array.isArray(value)) return value.map((each) => this.rename(each));
    if (!isDocument(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.rename(each)]));
  }

  /** The text with every part of it that has a name called by it. */
  public renameText(text: string): string {
    const whole = this.names.get(text);
    if (whole !== undefined) return whole;
    // What contains others goes first: without them it would not be found any more.
    this.longestFirst ??= [...this.names].sort(([a], [b]) => b.length - a.length);
    return this.longestFirst.reduce((renamed, [value, name]) => renamed.replaceAll(value, name), text);
  }
}

function compare(request: string, path: string, real: Json | undefined, embedded: Json | undefined): Difference[] {
  if (isDocument(real) && isDocument(embedded)) {
    const keys = [...new Set([...Object.keys(real), ...Object.keys(embedded)])].sort();
    return keys.flatMap((key) => compare(request, path === "" ? key : `${path}.${key}`, real[key], embedded[key]));
  }
  if (Array.isArray(real) && Array.isArray(embedded) && real.length === embedded.length) {
    return real.flatMap((each, index) => compare(request, `${path}.${index}`, each, embedded[index]));
  }
  return JSON.stringify(sorted(real ?? null)) === JSON.stringify(sorted(embedded ?? null))
    ? []
    : [{ request, path, real, embedded }];
}

/** Names of fields in lower case: generated code and protobuf's JSON write them differently. The program's own content stays. */
function lowered(message: Document): Document {
  const maps = ["propertydependencies", "providers", "pluginchecksums", "argdependencies", "returndependencies"];
  const entries = Object.entries(message).map(([key, value]): [string, Json] => {
    const name = key.toLowerCase();
    if (OWN.includes(name)) return [name, value];
    if (maps.includes(name) && isDocument(value)) {
      return [
        name,
        Object.fromEntries(Object.entries(value).map(([each, entry]) => [each, isDocument(entry) ? lowered(entry) : entry])),
      ];
    }
    return [
      name,
      isDocument(value)
        ? lowered(value)
        : Array.isArray(value)
          ? value.map((each) => (isDocument(each) ? lowered(each) : each))
          : value,
    ];
  });
  return Object.fromEntries(
    entries.filter(([name, value]) => OWN.includes(name) || !isDocument(value) || Object.keys(value).length > 0),
  );
}

/** A secret is where its content is: both sides need not mark the same part of an answer. */
function leaves(value: Json, path: readonly string[] = []): (readonly [readonly string[], Json])[] {
  if (value === null || typeof value !== "object") return [[path, value]];
  if (isDocument(value) && SIGNATURE in value) return leaves(value["value"] ?? null, path);
  return Object.entries(value).flatMap(([key, each]) => leaves(each, [...path, key]));
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isDocument(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key] ?? null)]),
  );
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function isDocument(value: Json | undefined): value is Document {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
