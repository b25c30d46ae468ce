import { familyOf, toAddress, toOrdinal } from "../../planner/addresses";

/** Figures as people read them. */

/** Seconds as `m:ss`, or `h:mm:ss` from an hour on. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** MiB as a number of GiB with at most one decimal. */
export function gib(memoryMiB: number): string {
  return String(Math.round((memoryMiB / 1024) * 10) / 10);
}

/** How many times `part` goes into `whole`, for instance `2:1` or `1.5:1`. */
export function overcommit(vcpus: number, threads: number): string {
  return `${Math.round((vcpus / threads) * 10) / 10}:1`;
}

/** Makespan over its lower bound; a dash when there is no bound to compare with. */
export function ratio(makespanSeconds: number, criticalPathSeconds: number): string {
  return criticalPathSeconds > 0 ? (makespanSeconds / criticalPathSeconds).toFixed(2) : "-";
}

/** Sorted addresses with runs joined: `192.168.68.100–109, 192.168.68.120`. */
export function addressRanges(addresses: readonly string[], dash: string): string {
  const families = [4, 6] as const;
  return families
    .flatMap((family) =>
      runs(
        addresses.filter((address) => familyOf(address) === family),
        dash,
      ),
    )
    .join(", ");
}

function runs(addresses: readonly string[], dash: string): string[] {
  const ordinals = addresses.map(toOrdinal).sort((a, b) => (a < b ? -1 : 1));
  const ranges: [bigint, bigint][] = [];
  for (const ordinal of ordinals) {
    const last = ranges.at(-1);
    if (last && ordinal <= last[1] + 1n) last[1] = ordinal;
    else ranges.push([ordinal, ordinal]);
  }
  const family = familyOf(addresses[0] ?? "");
  return ranges.map(([from, to]) => {
    const [first, last] = [toAddress(from, family), toAddress(to, family)];
    if (from === to) return first;
    // The last part alone says enough when nothing else differs.
    const cut = last.lastIndexOf(family === 4 ? "." : ":") + 1;
    return `${first}${dash}${first.slice(0, cut) === last.slice(0, cut) ? last.slice(cut) : last}`;
  });
}
