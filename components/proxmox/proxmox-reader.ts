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

/** What the provider finds in its environment where the stack has no credentials of its own. */
export function environmentCredentials(): Pick<ProxmoxAccess, "apiToken" | "login"> {
  const { PROXMOX_VE_API_TOKEN: apiToken, PROXMOX_VE_USERNAME: username, PROXMOX_VE_PASSWORD: password } = process.env;
  return { apiToken, ...(username && password ? { login: { username, password } } : {}) };
}

/** No hook may hold an engine longer than this when the API is away. */
const TIMEOUT_SECONDS = 5;
/** No list of a Proxmox cluster is as long; what is longer is somebody else's answer. */
const MAX_BYTES = 64 * 1024 ** 2;

/**
 * Asks the API for one thing.
 *
 * @param path below `/api2/json/`
 * @param shape of the answer's `data`
 * @param timeoutSeconds until the last byte of the answer is there. @default 5
 * @throws {Error} with one line that says why it is not known; never with token or password
 */
export type AskProxmox = <T>(path: string, shape: z.ZodType<T>, timeoutSeconds?: number) => Promise<T>;

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

/** The API was reached, or not even that, and said nothing in time. */
export class NoAnswerInTime extends Error {
  /** @param seconds that were waited */
  constructor(
    message: string,
    public readonly seconds: number,
  ) {
    super(message);
  }
}

/** Nobody said with what to ask. */
export class NoCredentials extends Error {}

/** The password is right and not enough. */
export class SecondFactor extends Error {}

/**
 * Opens the API for reading; logging in with a password is one request.
 *
 * @param signal gives up whatever is asked when it is aborted
 * @throws {Error} with one line: {@link NoCredentials}, {@link SecondFactor}, {@link ProxmoxRefusal}, {@link NoAnswerInTime}, or
 *   why it does not answer
 */
export async function openProxmox(access: ProxmoxAccess, signal?: AbortSignal): Promise<AskProxmox> {
  const { endpoint, insecure, apiToken, login } = access;
  if (!apiToken && !login) {
    throw new NoCredentials(
      "neither an API token (proxmoxve:apiToken or PROXMOX_VE_API_TOKEN) nor a user name and password to look with",
    );
  }
  const ask = async <T>(path: string, shape: z.ZodType<T>, { headers, form, timeoutSeconds }: Asked): Promise<T> => {
    const url = `${endpoint.replace(/\/+$/, "")}/api2/json/${path}`;
    const options = { headers, rejectUnauthorized: !insecure, signal: inTime(timeoutSeconds, signal) };
    const body = await read(url, options, form).catch((error: unknown) => {
      const isLate = isTimeout(error);
      const why = `${endpoint} ${isLate ? `does not answer within ${timeoutSeconds} s` : withoutSecrets(whyNot(error), access)}`;
      if (error instanceof ProxmoxRefusal) throw new ProxmoxRefusal(why, error.status);
      throw isLate ? new NoAnswerInTime(why, timeoutSeconds) : new Error(why);
    });
    const answer = z.object({ data: shape }).safeParse(jsonOf(body));
    if (!answer.success) throw new Error(`${endpoint} does not answer as the Proxmox API does (${path.split("?")[0] ?? path})`);
    return answer.data.data;
  };
  const loggedIn = async (): Promise<Headers> => {
    const { ticket: given, NeedTFA: isHalf } = await ask("access/ticket", ticket, {
      headers: {},
      form: new URLSearchParams({ ...login }),
      timeoutSeconds: TIMEOUT_SECONDS,
    });
    // What is given then opens nothing but the question for the second factor.
    if (Number(isHalf) === 1) {
      throw new SecondFactor(`${endpoint} asks ${login?.username ?? ""} for a second factor, which nobody is there to give`);
    }
    return { Cookie: `PVEAuthCookie=${given}` };
  };
  const headers: Headers = apiToken ? { Authorization: `PVEAPIToken=${apiToken}` } : await loggedIn();
  return (path, shape, timeoutSeconds = TIMEOUT_SECONDS) => ask(path, shape, { headers, timeoutSeconds });
}

interface Asked {
  readonly headers: Headers;
  readonly timeoutSeconds: number;
  /** What is posted. @default nothing: it is a reading call */
  readonly form?: URLSearchParams;
}

type Headers = Readonly<Record<string, string>>;

const ticket = z.object({ ticket: z.string(), NeedTFA: z.unknown().optional() });

function read(
  url: string,
  access: Pick<RequestOptions, "headers" | "rejectUnauthorized" | "signal">,
  form?: URLSearchParams,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      ...access,
      method: form ? "POST" : "GET",
      agent: false as const,
    };
    const sent = request(url, options, (response) => {
      const { statusCode = 0, statusMessage = "" } = response;
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_BYTES) response.destroy(new TooLong());
        else chunks.push(chunk);
      });
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

class TooLong extends Error {}

/** Covers all of a request, from the name's lookup to the last byte. */
function inTime(seconds: number, signal: AbortSignal | undefined): AbortSignal {
  return AbortSignal.any([AbortSignal.timeout(seconds * 1000), ...(signal ? [signal] : [])]);
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
}

/** The reason on one line. A certificate nobody vouches for has a remedy of its own. */
function whyNot(error: unknown): string {
  if (error instanceof ProxmoxRefusal) return error.message;
  if (error instanceof TooLong) return "does not answer as the Proxmox API does (there is no end to it)";
  const { code, message } = error as NodeJS.ErrnoException;
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
