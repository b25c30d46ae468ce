import { z } from "zod";
import { LAST_VM_ID, isAddress, isIpv4, ordinal } from "./fields";

/** Addresses a range may hold: more is a slip of the keyboard. */
const MAX_ADDRESSES = 65_536n;

const LISTED = "several separated by commas, in quotes";

/** `first-last`, or several of them separated by commas, all of the same family. */
export const addressRange = z
  .string()
  // A text of another form is one problem, not three: what follows is asked only when this holds.
  .regex(/^[0-9a-fA-F.:]+-[0-9a-fA-F.:]+(,[0-9a-fA-F.:]+-[0-9a-fA-F.:]+)*$/, { abort: true })
  .refine((text) => ends(text).every(isAddress), {
    abort: true,
    error: ({ input }) => `${ends(input).find((end) => !isAddress(end)) ?? ""} is no IP address`,
  })
  .refine((text) => new Set(ends(text).map(isIpv4)).size === 1, { abort: true, error: "mixes IPv4 and IPv6" })
  .refine((text) => addressSpans(text).every(isRising), { abort: true, error: "ends before it begins" })
  .refine((text) => isDisjoint(addressSpans(text)), { abort: true, error: "holds an address twice" })
  .refine((text) => addressSpans(text).reduce((sum, { first, last }) => sum + last - first + 1n, 0n) <= MAX_ADDRESSES, {
    error: `holds more than ${MAX_ADDRESSES} addresses`,
  })
  .describe(
    `Range of IP addresses as first-last, ${LISTED}, for instance 192.168.68.100-192.168.68.109 or fd00:68::100-fd00:68::109`,
  );

/** `first-last`, or several of them separated by commas, all VM ids. */
export const idRange = z
  .string()
  .regex(/^\d+-\d+(,\d+-\d+)*$/, { abort: true })
  .refine((text) => ends(text).every((end) => Number(end) >= 100 && Number(end) <= LAST_VM_ID), {
    abort: true,
    error: "not all of these are VM ids",
  })
  .refine((text) => spans(text, BigInt).every(isRising), { abort: true, error: "ends before it begins" })
  .refine((text) => isDisjoint(spans(text, BigInt)), { error: "holds an id twice" })
  .describe(`Range of VM ids from 100 to ${LAST_VM_ID} as first-last, ${LISTED}, for instance 103-105 or "103-105,110-112"`);

/** `<prefix><first>..<last>`, both numbers with the same number of digits, or several of them separated by commas. */
export const nameRange = z
  .string()
  .regex(/^[a-z]([a-z0-9-]{0,40}-)?\d{1,6}\.\.\d{1,6}(,[a-z]([a-z0-9-]{0,40}-)?\d{1,6}\.\.\d{1,6})*$/, { abort: true })
  .refine((text) => numbered(text).every(({ first, last }) => first.length === last.length), {
    abort: true,
    error: "the two numbers have different widths",
  })
  .refine((text) => numbered(text).every(({ first, last }) => Number(first) <= Number(last)), {
    abort: true,
    error: "ends before it begins",
  })
  .refine((text) => namesByForm(text).every(isDisjoint), { error: "holds a name twice" })
  .describe(`Range of machine names as prefix, first and last number of equal width, ${LISTED}, for instance work-03..06`);

interface Span {
  readonly first: bigint;
  readonly last: bigint;
}

function ends(text: unknown): string[] {
  return String(text).split(/[-,]/);
}

function spans(text: string, ordinalOf: (end: string) => bigint): Span[] {
  return text.split(",").map((each) => {
    const [first = 0n, last = 0n] = ends(each).map(ordinalOf);
    return { first, last };
  });
}

function addressSpans(text: string): Span[] {
  return spans(text, ordinal);
}

function isRising({ first, last }: Span): boolean {
  return first <= last;
}

function isDisjoint(all: readonly Span[]): boolean {
  return all.every((a, index) => all.slice(0, index).every((b) => a.last < b.first || b.last < a.first));
}

function numbered(text: string): { prefix: string; first: string; last: string }[] {
  return text.split(",").map((each) => {
    const [, prefix = "", first = "", last = ""] = /^(.*?)(\d+)\.\.(\d+)$/.exec(each) ?? [];
    return { prefix, first, last };
  });
}

/** Only names of one prefix and width can be the same. */
function namesByForm(text: string): Span[][] {
  const forms = new Map<string, Span[]>();
  for (const { prefix, first, last } of numbered(text)) {
    const form = `${prefix} ${first.length}`;
    forms.set(form, [...(forms.get(form) ?? []), { first: BigInt(first), last: BigInt(last) }]);
  }
  return [...forms.values()];
}
