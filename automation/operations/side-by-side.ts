/** Something that is done to a stack. */
export interface Queued {
  readonly stack: string;
  /** What no two operations may change at once: addresses of hosts. */
  readonly shares: readonly string[];
}

/**
 * Puts stacks that share something into one queue each: Proxmox holds locks on storages, and an import that waits for one too long fails.
 *
 * @returns queues in order of their first stack, stacks in order of name
 */
export function queues<T extends Queued>(stacks: readonly T[]): T[][] {
  const all: T[][] = [];
  for (const stack of [...stacks].sort((a, b) => (a.stack < b.stack ? -1 : 1))) {
    const together = all.filter((queue) => queue.some(({ shares }) => shares.some((each) => stack.shares.includes(each))));
    const [first] = together;
    if (first === undefined) {
      all.push([stack]);
      continue;
    }
    for (const other of together.slice(1)) {
      first.push(...all.splice(all.indexOf(other), 1).flat());
    }
    first.push(stack);
    first.sort((a, b) => (a.stack < b.stack ? -1 : 1));
  }
  return all;
}

/**
 * Works queues off, each in its order.
 *
 * @param limit queues under way at once, 1 or more
 * @param work must not fail
 */
export async function sideBySide<T>(
  all: readonly (readonly T[])[],
  limit: number,
  work: (each: T) => Promise<void>,
): Promise<void> {
  const left = [...all];
  const worker = async (): Promise<void> => {
    for (let queue = left.shift(); queue !== undefined; queue = left.shift()) {
      for (const each of queue) await work(each);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, all.length) }, worker));
}
