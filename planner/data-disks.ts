/** A disk as a VM's inputs have it. */
export interface AskedDisk {
  readonly interface?: string;
  readonly serial?: string;
  readonly size?: number;
}

/**
 * Judges a change of a VM's disks: none may go, shrink or become another without consent, for what is on it is lost.
 *
 * @param released names of the disks that may go (`disks.<name>.remove: true` in the stack file)
 * @returns why not, undefined when it may go on
 */
export function judgeDisks(
  machine: string,
  before: readonly AskedDisk[],
  after: readonly AskedDisk[],
  released: readonly string[],
): string | undefined {
  for (const disk of before) {
    const name = disk.serial ?? "system";
    const next = after.find((each) => each.interface === disk.interface);
    if (released.includes(name)) continue;
    if (!next || next.serial !== disk.serial) {
      const becomes = next?.serial === undefined ? "would lose" : `would get ${next.serial} in place of`;
      return `${machine} ${becomes} its disk ${name} (${disk.interface ?? "?"}) with all that is on it; keep disks.${name} as it was, or set disks.${name}.remove: true to let it go`;
    }
    if ((next.size ?? 0) < (disk.size ?? 0)) {
      return `${machine}'s disk ${name} has ${disk.size ?? 0} GiB and cannot shrink to ${next.size ?? 0} GiB; set it back`;
    }
  }
  return undefined;
}
