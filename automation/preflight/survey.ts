import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { listed } from "../../components/proxmox/proxmox-api";
import {
  NoAnswerInTime,
  NoCredentials,
  ProxmoxRefusal,
  SecondFactor,
  openProxmox,
} from "../../components/proxmox/proxmox-reader";
import type { AskProxmox, ProxmoxAccess } from "../../components/proxmox/proxmox-reader";
import type { Survey, SurveyedHost, SurveyedMapping, SurveyedStorage } from "../../planner";

/** What is asked about. */
export interface SurveyScope {
  /** Whose rights are wanted. */
  readonly paths: readonly string[];
  /** Names of the hosts that are looked at. */
  readonly hosts: readonly string[];
  /** Names of the storages whose images are looked through. */
  readonly imageStores: readonly string[];
  /** Whether resource mappings are of interest. */
  readonly mappings: boolean;
}

/** Perl gives a number as a text once it was one; what is none is not known. */
const amount = z
  .union([z.number(), z.string()])
  .nullish()
  .transform((value) => (value == null || value === "" || !Number.isFinite(Number(value)) ? undefined : Number(value)));
/** Flags of the API, some of them left out where they are 0. */
const flag = z
  .union([z.number(), z.boolean(), z.string()])
  .nullish()
  .transform((value) => value === true || Number(value) === 1);
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");

const version = z.object({ version: z.string() });
/** Sizes are told to whoever has Sys.Audit on the host. */
const nodes = z.array(z.object({ node: z.string(), maxcpu: amount, maxmem: amount }));
const storages = z.array(
  z.object({
    storage: z.string(),
    type: text,
    content: text,
    active: flag,
    enabled: flag,
    shared: flag,
    total: amount,
    avail: amount,
  }),
);
const volumes = z.array(z.object({ volid: z.string() }));
const bridges = z.array(z.object({ iface: z.string() }));
const permissions = z.record(z.string(), z.record(z.string(), z.unknown()));
const pools = z.array(z.object({ poolid: z.string(), comment: text }));
/** Entries such as `id=10de:1b06,node=pve,path=0000:01:00.0`. */
const mappings = z.array(z.object({ id: z.string(), map: z.array(z.string()).default([]) }));

const FORBIDDEN = 403;
const SERVER_ERROR = 500;
const ATTEMPTS = 3;
const PAUSE_MS = 500;
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/**
 * Proxmox gives up on a host that it asks on behalf of another after 30 s, and a host whose NFS server is away needs 10 to say what
 * storages it has.
 */
const HOST_SECONDS = 30;

/** Content type of disk images that VMs are made from. */
const IMPORT = "import";

/** A path that stands for all that is below it: what stays there is of no use. */
const ALL_VMS = "/vms";

/** Requests under way at once: a cluster's API is one daemon on one host. */
const AT_ONCE = 8;

/**
 * Asks the Proxmox API what there is and what may be done; changes nothing. A host that is online and does not answer for itself
 * is part of what was found.
 *
 * @param signal gives up when it is aborted
 * @throws {Error} with one line, as {@link openProxmox} does
 */
export async function survey(access: ProxmoxAccess, scope: SurveyScope, signal?: AbortSignal): Promise<Survey> {
  const open = await patiently(() => openProxmox(access, signal), signal);
  const ask: AskProxmox = (path, shape, seconds) => patiently(() => open(path, shape, seconds), signal);
  const { version: release } = await ask("version", version);
  const listing = await listed(ask).catch(unlessForbidden);
  const isPresent = (listing?.hosts ?? []).filter(({ name, online }) => online && scope.hosts.includes(name));
  const sizes = await ask("nodes", nodes);
  const rights = await each(scope.paths, async (path): Promise<[string, readonly string[]]> => {
    const given = await ask(`access/permissions?path=${encodeURIComponent(path)}`, permissions);
    // Each with 0 or 1: whether it reaches below. What is not given at all may be there without either.
    const isGiven = (below: unknown): boolean => (path === ALL_VMS ? Number(below) === 1 : below != null);
    return [path, Object.entries(given[path] ?? {}).flatMap(([privilege, below]) => (isGiven(below) ? [privilege] : []))];
  });
  return {
    version: release,
    listing,
    pools: (await ask("pools", pools)).map(({ poolid, comment }) => ({ name: poolid, comment })),
    ...(scope.mappings ? { mappings: (await ask("cluster/mapping/pci", mappings)).map(mappingOf) } : {}),
    nodes: await each(
      isPresent.map(({ name }) => name),
      (name) =>
        hostOf(
          ask,
          name,
          scope.imageStores,
          sizes.find(({ node }) => node === name),
        ),
    ),
    caller: {
      name: nameOf(access),
      isToken: Boolean(access.apiToken),
      rights: Object.fromEntries(rights),
    },
  };
}

/** A user's name may have an equals sign, a token's may not. */
function nameOf({ apiToken, login }: ProxmoxAccess): string {
  return apiToken === undefined ? (login?.username ?? "") : (/^(.*?![\w.-]+)=/s.exec(apiToken)?.[1] ?? "");
}

/** A daemon that restarts, or a host that is busy, answers the next time. */
async function patiently<T>(asked: () => Promise<T>, signal?: AbortSignal, attempts = ATTEMPTS): Promise<T> {
  try {
    return await asked();
  } catch (error) {
    const isAnswer =
      error instanceof NoCredentials ||
      error instanceof SecondFactor ||
      // Who said nothing for so long does not say it the next time either.
      (error instanceof NoAnswerInTime && error.seconds >= HOST_SECONDS) ||
      (error instanceof ProxmoxRefusal && error.status < SERVER_ERROR);
    if (isAnswer || attempts <= 1 || signal?.aborted === true) throw error;
    await wait(PAUSE_MS, undefined, { signal });
    return patiently(asked, signal, attempts - 1);
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
  imageStores: readonly string[],
  sizes: { readonly maxcpu?: number | undefined; readonly maxmem?: number | undefined } | undefined,
): Promise<SurveyedHost> {
  const size = {
    ...(sizes?.maxcpu === undefined ? {} : { threads: sizes.maxcpu }),
    ...(sizes?.maxmem === undefined ? {} : { memoryMiB: Math.floor(sizes.maxmem / MIB) }),
  };
  try {
    const found = await ask(`nodes/${name}/storage`, storages, HOST_SECONDS);
    const attached = await ask(`nodes/${name}/network?type=any_bridge`, bridges, HOST_SECONDS);
    const all = found.map(storageOf);
    const looked = all.filter((one) => one.active && one.content.includes(IMPORT) && imageStores.includes(one.name));
    const images = new Map(await each(looked, async (store) => [store.name, await imagesOn(ask, name, store)] as const));
    const withImages = (one: SurveyedStorage): SurveyedStorage => {
      const held = images.get(one.name);
      return held ? { ...one, images: held } : one;
    };
    return { name, ...size, storages: all.map(withImages), bridges: attached.map(({ iface }) => iface) };
  } catch (error) {
    // The API handed the question on, and that host did not answer it: it went away, or its daemon is stuck.
    const isHosts = error instanceof NoAnswerInTime || (error instanceof ProxmoxRefusal && error.status >= SERVER_ERROR);
    if (!isHosts) throw error;
    return { name, ...size, silence: error.message, storages: [], bridges: [] };
  }
}

/** Names of the images on a storage; undefined where it does not tell, which says nothing of the host. */
async function imagesOn(ask: AskProxmox, host: string, { name }: SurveyedStorage): Promise<string[] | undefined> {
  try {
    const held = await ask(`nodes/${host}/storage/${name}/content?content=${IMPORT}`, volumes, HOST_SECONDS);
    return held.map(({ volid }) => volid.replace(/^.*[:/]/, ""));
  } catch (error) {
    if (error instanceof ProxmoxRefusal) return undefined;
    throw error;
  }
}

function storageOf(found: z.infer<typeof storages>[number]): SurveyedStorage {
  const { storage, type, content, active, enabled, shared, total, avail } = found;
  return {
    name: storage,
    type,
    content: content.split(",").filter((each) => each !== "" && each !== "none"),
    enabled,
    active: active && enabled,
    shared,
    // Of a storage that it does not reach a host says 0.
    ...(total === undefined || total === 0
      ? {}
      : { sizeGiB: total / GIB, ...(avail === undefined ? {} : { freeGiB: avail / GIB }) }),
  };
}

function mappingOf({ id, map }: z.infer<typeof mappings>[number]): SurveyedMapping {
  const hosts = map.flatMap((entry) => /(?:^|,)node=([^,]+)/.exec(entry)?.[1] ?? []);
  return { name: id, hosts: [...new Set(hosts)].sort() };
}

/** Results in the order of what was asked about. */
async function each<T, R>(all: readonly T[], ask: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < all.length; start += AT_ONCE) {
    results.push(...(await Promise.all(all.slice(start, start + AT_ONCE).map(ask))));
  }
  return results;
}
