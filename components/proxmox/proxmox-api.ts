import { request } from "node:https";
import type { RequestOptions } from "node:https";
import { z } from "zod";
import type { Listing } from "../../planner/identity";

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

const guests = z.array(
  z.object({
    vmid: z.coerce.number(),
    name: z.string().default(""),
    node: z.string(),
    status: z.string().default("unknown"),
    lock: z.string().optional(),
    // Proxmox 8 and 9 write semicolons and read all three.
    tags: z
      .string()
      .default("")
      .transform((tags) => tags.split(/[;, ]/).filter((tag) => tag !== "")),
  }),
);
/** A task without an end is under way. */
const tasks = z.array(z.object({ type: z.string(), id: z.string().nullish(), endtime: z.number().optional() }));
const members = z.array(
  z.object({ type: z.string(), name: z.string(), online: z.union([z.number(), z.boolean(), z.string()]).optional() }),
);

/**
 * What is there, by two requests that change nothing; logging in is one more, and so is a VM that is being made.
 *
 * @throws {Error} with one line that says why it cannot be known; never with token or password
 */
export async function lookAt(access: ProxmoxAccess): Promise<Listing> {
  const { endpoint, insecure, apiToken, login } = access;
  if (!apiToken && !login) {
    throw new Error(
      "neither an API token (proxmoxve:apiToken or PROXMOX_VE_API_TOKEN) nor a user name and password to look with",
    );
  }
  const ask = async <T>(path: string, shape: z.ZodType<T>, headers: Headers, form?: URLSearchParams): Promise<T> => {
    const url = `${endpoint.replace(/\/+$/, "")}/api2/json/${path}`;
    const body = await read(url, { headers, rejectUnauthorized: !insecure }, form).catch((error: unknown) => {
      throw new Error(`${endpoint} ${withoutSecrets(whyNot(error), access)}`);
    });
    const answer = z.object({ data: shape }).safeParse(jsonOf(body));
    if (!answer.success) throw new Error(`${endpoint} does not answer as the Proxmox API does (${path.split("?")[0] ?? path})`);
    return answer.data.data;
  };
  const headers: Headers = apiToken
    ? { Authorization: `PVEAPIToken=${apiToken}` }
    : { Cookie: `PVEAuthCookie=${(await ask("access/ticket", ticket, {}, new URLSearchParams({ ...login }))).ticket}` };
  const [vms, status] = await Promise.all([
    ask("cluster/resources?type=vm", guests, headers),
    ask("cluster/status", members, headers),
  ]);
  const creations = vms.some(isLocked) ? (await ask("cluster/tasks", tasks, headers)).filter(isCreation) : [];
  return {
    cluster: status.find(({ type }) => type === "cluster")?.name ?? null,
    hosts: status
      .filter(({ type }) => type === "node")
      .map(({ name, online }) => ({ name, online: online === true || Number(online) === 1 })),
    vms: vms.map(({ vmid, node, name, status: state, tags, lock }) => {
      const isUnderWay = creations.some(({ id }) => id === String(vmid));
      const creation = isLocked({ lock }) ? { creation: isUnderWay ? ("running" as const) : ("broken" as const) } : {};
      return { vmId: vmid, name, host: node, status: state, tags, ...creation };
    }),
  };
}

function isLocked({ lock }: { readonly lock?: string | undefined }): boolean {
  return lock === "create";
}

function isCreation({ type, endtime }: z.infer<typeof tasks>[number]): boolean {
  return type === "qmcreate" && endtime === undefined;
}

type Headers = Readonly<Record<string, string>>;

const ticket = z.object({ ticket: z.string() });

class Refused extends Error {}

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
        else reject(new Refused(`refuses to tell (${`${statusCode} ${statusMessage}`.trim()})`));
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
  if (error instanceof Refused) return error.message;
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
