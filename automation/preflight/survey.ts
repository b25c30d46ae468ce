import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { listed } from "../../components/proxmox/proxmox-api";
import { NoCredentials, ProxmoxRefusal, openProxmox } from "../../components/proxmox/proxmox-reader";
import type { AskProxmox, ProxmoxAccess } from "../../components/proxmox/proxmox-reader";
import type { Survey, SurveyedHost, SurveyedStorage } from "../../planner";

const version = z.object({ version: z.string() });
/** Sizes are told to whoever has Sys.Audit on the host. */
const nodes = z.array(z.object({ node: z.string(), maxcpu: z.number().optional(), maxmem: z.number().optional() }));
/** Flags of the API, some of them left out where they are 0. */
const flag = z
  .union([z.number(), z.boolean(), z.string()])
  .default(0)
  .transform((value) => value === true || Number(value) === 1);
const storages = z.array(
  z.object({
    storage: z.string(),
    content: z.string().default(""),
    active: flag,
    enabled: flag,
    shared: flag,
    total: z.number().optional(),
  }),
);
const bridges = z.array(z.object({ iface: z.string() }));
const permissions = z.record(z.string(), z.record(z.string(), z.unknown()));

const FORBIDDEN = 403;
const SERVER_ERROR = 500;
const ATTEMPTS = 3;
const PAUSE_MS = 500;
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** Requests under way at once: a cluster's API is one daemon on one host. */
const AT_ONCE = 8;

/**
 * Asks the Proxmox API what there is and what may be done; changes nothing.
 *
 * @param paths whose rights are wanted
 * @param hosts that are looked at
 * @throws {Error} with one line, as {@link openProxmox} does
 */
export async function survey(access: ProxmoxAccess, paths: readonly string[], hosts: readonly string[]): Promise<Survey> {
  const ask = patient(await patiently(() => openProxmox(access)));
  const { version: release } = await ask("version", version);
  const listing = await listed(ask).catch(unlessForbidden);
  const present = (listing?.hosts ?? []).filter(({ name, online }) => online && hosts.includes(name)).map(({ name }) => name);
  const sizes = await ask("nodes", nodes);
  const rights = await each(paths, async (path): Promise<[string, readonly string[]]> => {
    const given = await ask(`access/permissions?path=${encodeURIComponent(path)}`, permissions);
    // Whether it reaches below is 0 or 1; what is not given at all may be there without either.
    return [path, Object.entries(given[path] ?? {}).flatMap(([privilege, below]) => (below == null ? [] : [privilege]))];
  });
  return {
    version: release,
    listing,
    nodes: await each(present, (name) =>
      hostOf(
        ask,
        name,
        sizes.find(({ node }) => node === name),
      ),
    ),
    caller: {
      name: access.apiToken?.replace(/=.*$/s, "") ?? access.login?.username ?? "",
      isToken: Boolean(access.apiToken),
      rights: Object.fromEntries(rights),
    },
  };
}

/** A daemon that restarts, or a host that is busy, answers the next time. */
function patient(ask: AskProxmox): AskProxmox {
  return (path, shape) => patiently(() => ask(path, shape));
}

async function patiently<T>(asked: () => Promise<T>, attempts = ATTEMPTS): Promise<T> {
  try {
    return await asked();
  } catch (error) {
    const isAnswer = error instanceof NoCredentials || (error instanceof ProxmoxRefusal && error.status < SERVER_ERROR);
    if (isAnswer || attempts <= 1) throw error;
    await wait(PAUSE_MS);
    return patiently(asked, attempts - 1);
  }
}

/** Rights that are missing are judged with all others. */
function unlessForbidden(error: unknown): undefined {
  if (error instanceof ProxmoxRefusal && error.status === FORBIDDEN) return undefined;
  throw error;
}

async function hostOf(
  ask: AskProxmox,
  name: string,
  sizes: { readonly maxcpu?: number | undefined; readonly maxmem?: number | undefined } | undefined,
): Promise<SurveyedHost> {
  const found = await ask(`nodes/${name}/storage`, storages);
  const attached = await ask(`nodes/${name}/network?type=any_bridge`, bridges);
  return {
    name,
    ...(sizes?.maxcpu === undefined ? {} : { threads: sizes.maxcpu }),
    ...(sizes?.maxmem === undefined ? {} : { memoryMiB: Math.floor(sizes.maxmem / MIB) }),
    storages: found.map(storageOf),
    bridges: attached.map(({ iface }) => iface),
  };
}

function storageOf({ storage, content, active, enabled, shared, total }: z.infer<typeof storages>[number]): SurveyedStorage {
  return {
    name: storage,
    content: content.split(",").filter((each) => each !== ""),
    active: active && enabled,
    shared,
    // Of a storage that it does not reach a host says 0.
    ...(total === undefined || total === 0 ? {} : { sizeGiB: total / GIB }),
  };
}

/** Results in the order of what was asked about. */
async function each<T, R>(all: readonly T[], ask: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < all.length; start += AT_ONCE) {
    results.push(...(await Promise.all(all.slice(start, start + AT_ONCE).map(ask))));
  }
  return results;
}
