import { nearest } from "../../config/problem";
import type { StackConfig } from "../../config/schema";
import type { Finding } from "../plan";
import { CATALOG, finding } from "./catalog";

const ORDER = { error: 0, warning: 1, info: 2 } as const;

/** Marks the findings that the stack file accepts, and reports acknowledgements that match nothing. */
export function acknowledge(findings: readonly Finding[], acknowledgements: StackConfig["acknowledge"]): Finding[] {
  const matches = (each: Finding, { code, path }: StackConfig["acknowledge"][number]): boolean =>
    each.code === code && (path === undefined || path === each.path);
  const marked = findings.map((each) => {
    const acknowledgement = acknowledgements.find((candidate) => matches(each, candidate));
    return acknowledgement ? { ...each, acknowledged: acknowledgement.reason } : each;
  });
  const unused = acknowledgements.flatMap((acknowledgement, index) =>
    findings.some((each) => matches(each, acknowledgement))
      ? []
      : [
          finding(
            "acknowledgement-unused",
            `acknowledge.${index}`,
            `${acknowledgement.code}${acknowledgement.path === undefined ? "" : ` at ${acknowledgement.path}`} is acknowledged, but no such finding exists`,
            unusedRemedy(acknowledgement.code),
          ),
        ],
  );
  return [...marked, ...unused].sort(
    (a, b) => ORDER[a.severity] - ORDER[b.severity] || compare(a.code, b.code) || compare(a.path, b.path),
  );
}

/** A mistyped code is meant to accept something; any other unused one must not accept what comes later. */
function unusedRemedy(code: string): string {
  const meant = code in CATALOG ? undefined : nearest(code, Object.keys(CATALOG));
  return meant === undefined ? "remove it, so that it cannot hide a later one" : `did you mean ${meant}?`;
}

/** Error findings that nobody has accepted: they stop plan, rehearse and up. */
export function blockingFindings(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ severity, acknowledged }) => severity === "error" && acknowledged === undefined);
}

/** Blocking findings as text for a terminal. */
export function formatBlocking(findings: readonly Finding[]): string {
  const head = `${findings.length} ${findings.length === 1 ? "finding stops" : "findings stop"} this stack; mend or acknowledge (acknowledge: [{ code, reason }])`;
  return [
    head,
    ...findings.map(({ code, path, message, remedy }) => `  ${code}  ${path}\n    ${message}\n    remedy: ${remedy}`),
  ].join("\n");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
