import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { EXIT, Failure } from "../../../automation/failure";
import { setting } from "../environment";
import type { Report } from "./document";
import { REPORT } from "./document";

/** A report of a thousand new machines has about 2 MiB. */
const MAX_BYTES = 8 * 1024 * 1024;
const MAX_FILES = 100;

/** Folder of what a job hands on: `comment` for the comment, `pages` for people. */
export function reportFolder(): string {
  return setting("LAB_REPORT_DIR") ?? "ci-report";
}

/** Writes a report for the comment. */
export function writeReport(name: string, report: Report): void {
  const folder = join(reportFolder(), "comment");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(report, null, 1)}\n`);
}

/**
 * Reads all reports of a folder, in the order of their names; none where there is no such folder. They may be anybody's.
 *
 * @throws {Failure} `invalid-report` for too many, too large or other files than reports
 */
export function readReports(folder: string): Report[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).sort();
  if (names.length > MAX_FILES) throw invalid(folder, `${names.length} files, at most ${MAX_FILES} are read`);
  return names.filter((name) => name.endsWith(".json")).map((name) => read(join(folder, name)));
}

function read(path: string): Report {
  const { size, isFile } = ((found) => ({ size: found.size, isFile: found.isFile() }))(lstatSync(path));
  if (!isFile) throw invalid(path, "no file");
  if (size > MAX_BYTES) throw invalid(path, `${size} bytes, at most ${MAX_BYTES} are read`);
  const result = REPORT.safeParse(json(path));
  if (result.success) return result.data;
  throw invalid(path, z.prettifyError(result.error).split("\n").slice(0, 3).join(" "));
}

function json(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    throw invalid(path, "no JSON");
  }
}

function invalid(path: string, reason: string): Failure {
  return new Failure("invalid-report", `${path} is no report: ${reason}`, EXIT.usage);
}
