import { request } from "node:https";
import type { RequestOptions } from "node:https";
import { z } from "zod";

/** How the Proxmox API is reached for looking. */
export interface ProxmoxAccess {
  /** `https://<host>:8006` */
  readonly endpoint: string;
  /** Skip verification of the API's certificate. */
  readonly insecure: boolean;
  /** `user@realm!id=secret` */
  readonly apiToken: string | undefined;
  /** What to log in with where there is no token. */
  readonly login?: { readonly username: string; readonly password: string } | undefined;
}

/** No hook may hold an engine longer than this when the API is away. */
const TIMEOUT_SECONDS = 5;

/**
 * Asks the API for one thing.
 *
 * @param path below `/api2/json/`
 * @param shape of the answer's `data`
 * @throws {Error} with one line that says why it is not known; never with token or password
 */
export type AskProxmox = <T>(path: string, shape: z.ZodType<T>) => Promise<T>;

/** The API answered, and would not tell. */
export class ProxmoxRefusal extends Error {
  /** @param status of HTTP: 401 for credentials that it does not know, 403 for a right that is missing */
  constructor(
    message: string,
    public readonly status: number,
  ) {
    super(message);
  }
}

/** Nobody said with what to ask. */
export class NoCredentials extends Error {}

/**
 * Opens the API for reading; logging in with a password is one request.
 *
 * @throws {Error} with one line: {@link NoCredentials}, {@link ProxmoxRefusal}, or why it does not answer
 */
export async function openProxmox(access: ProxmoxAccess): Promise<AskProxmox> {
  const { endpoint, insecure, apiToken, login } = access;
  if (!apiToken && !login) {
    throw new NoCredentials(
      "neither an API token (proxmoxve:apiToken or PROXMOX_VE_API_TOKEN) nor a user name and password to look with",
    );
  }
  const ask = async <T>(path: string, shape: z.ZodType<T>, headers: Headers, form?: URLSearchParams): Promise<T> => {
    const url = `${endpoint.replace(/\/+$/, "")}/api2/json/${path}`;
    const body = await read(url, { headers, rejectUnauthorized: !insecure }, form).catch((error: unknown) => {
      const why = `${endpoint} ${withoutSecrets(whyNot(error), access)}`;
      throw error instanceof ProxmoxRefusal ? new ProxmoxRefusal(why, error.status) : new Error(why);
    });
    const answer = z.object({ data: shape }).safeParse(jsonOf(body));
    if (!answer.success) throw new Error(`${endpoint} does not answer as the Proxmox API does (${path.split("?")[0] ?? path})`);
    return answer.data.data;
  };
  const headers: Headers = apiToken
    ? { Authorization: `PVEAPIToken=${apiToken}` }
    : { Cookie: `PVEAuthCookie=${(await ask("access/ticket", ticket, {}, new URLSearchParams({ ...login }))).ticket}` };
  return (path, shape) => ask(path, shape, headers);
}

type Headers = Readonly<Record<string, string>>;

const ticket = z.object({ ticket: z.string() });

function read(
  url: string,
  access: Pick<RequestOptions, "headers" | "rejectUnauthorized">,
  form?: URLSearchParams,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      ...access,
      method: form ? "POST" : "GET",
      // Covers all of it, from the name's lookup to the last byte.
      signal: AbortSignal.timeout(TIMEOUT_SECONDS * 1000),
      agent: false as const,
    };
    const sent = request(url, options, (response) => {
      const { statusCode = 0, statusMessage = "" } = response;
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        if (statusCode === 200) resolve(Buffer.concat(chunks).toString("utf8"));
        else reject(new ProxmoxRefusal(`refuses to tell (${`${statusCode} ${statusMessage}`.trim()})`, statusCode));
      });
    });
    sent.on("error", reject);
    sent.end(form?.toString());
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The reason on one line. A certificate nobody vouches for has a remedy of its own. */
function whyNot(error: unknown): string {
  if (error instanceof ProxmoxRefusal) return error.message;
  const { name, code, message } = error as NodeJS.ErrnoException;
  if (name === "AbortError" || name === "TimeoutError") return `does not answer within ${TIMEOUT_SECONDS} s`;
  if (typeof code === "string" && /CERT|SIGNATURE|ERR_TLS/.test(code)) {
    return `has a certificate that nobody vouches for (${code}); proxmox.insecure accepts it`;
  }
  return `does not answer (${typeof code === "string" ? code : (message.split("\n")[0] ?? "")})`;
}

/** A server may repeat what it was told. */
function withoutSecrets(text: string, { apiToken = "", login }: ProxmoxAccess): string {
  return [apiToken, apiToken.split("=").slice(1).join("="), login?.password ?? ""].reduce(
    (clean, secret) => (secret === "" ? clean : clean.replaceAll(secret, "[secret]")),
    text,
  );
}
