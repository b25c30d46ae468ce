import { z } from "zod";
import type { Listing } from "../../planner/identity";
import type { AskProxmox, ProxmoxAccess } from "./proxmox-reader";
import { openProxmox } from "./proxmox-reader";

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
const tasks = z.array(
  z.object({ type: z.string(), id: z.string().nullish(), endtime: z.union([z.number(), z.string()]).nullish() }),
);
const members = z.array(
  z.object({ type: z.string(), name: z.string(), online: z.union([z.number(), z.boolean(), z.string()]).optional() }),
);

/**
 * What is there, by two requests that change nothing; logging in is one more, and so is a VM that is being made.
 *
 * @throws {Error} with one line that says why it cannot be known; never with token or password
 */
export async function lookAt(access: ProxmoxAccess): Promise<Listing> {
  return listed(await openProxmox(access));
}

/**
 * {@link lookAt} where the API is open already.
 *
 * @throws {Error} as that does
 */
export async function listed(ask: AskProxmox): Promise<Listing> {
  const [vms, status] = await Promise.all([ask("cluster/resources?type=vm", guests), ask("cluster/status", members)]);
  const creations = vms.some(isLocked) ? (await ask("cluster/tasks", tasks)).filter(isCreation) : [];
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
  return type === "qmcreate" && endtime == null;
}
