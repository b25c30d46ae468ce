import type { IncomingMessage, ServerResponse } from "node:http";
import { RuleBroken } from "../datacenter/model";
import { ApiError } from "./api-error";

/** How requests are read and answers written. */

/** Parameters of a request, those of its form among them; one that is given several times is a list. */
export async function parametersOf(request: IncomingMessage, query: URLSearchParams): Promise<Record<string, string>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)/.exec(request.headers["content-type"] ?? "")?.[1];
  if (boundary !== undefined)
    return { ...Object.fromEntries(query), ...partsOf(Buffer.concat(chunks).toString("latin1"), boundary) };
  const body = new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
  const form: Record<string, string> = {};
  for (const [name, value] of [...query, ...body]) form[name] = name in form ? `${form[name]},${value}` : value;
  return form;
}

/** Fields of an upload by name; that of a file holds its content, and `<name>:file` what the file is called. */
function partsOf(body: string, boundary: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const part of body.split(`--${boundary}`).slice(1, -1)) {
    const [head = "", content = ""] = part.split(/\r\n\r\n(.*)/s);
    const name = / name="([^"]*)"/.exec(head)?.[1] ?? "";
    const file = / filename="([^"]*)"/.exec(head)?.[1];
    fields[name] = content.replace(/\r\n$/, "");
    if (file !== undefined) fields[`${name}:file`] = file;
  }
  return fields;
}

/** Writes an answer. */
export function reply(response: ServerResponse, status: number, reason: string, body: object): void {
  // Whatever a reason is made of, a status line has one line of plain characters.
  const phrase = reason.replace(/[^\x20-\x7e]+/g, " ");
  const text = JSON.stringify(body);
  response.writeHead(status, phrase, {
    "content-type": "application/json;charset=UTF-8",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

/** Writes why not, as Proxmox words it, and answers the status. */
export function refuse(response: ServerResponse, error: unknown): number {
  const { status, message, errors } = refusalOf(error);
  const hasErrors = Object.keys(errors).length > 0;
  reply(response, status, message, { data: null, message: `${message}\n`, ...(hasErrors ? { errors } : {}) });
  return status;
}

function refusalOf(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof RuleBroken) return new ApiError(500, error.message);
  return new ApiError(500, `simulator: ${String(error)}`);
}
