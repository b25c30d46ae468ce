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
  const numbers = addresses.map(toNumber).sort((a, b) => a - b);
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && number <= last[1] + 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges
    .map(([from, to]) => {
      if (from === to) return toAddress(from);
      // The last octet alone says enough when nothing else differs.
      const end = from >>> 8 === to >>> 8 ? String(to & 255) : toAddress(to);
      return `${toAddress(from)}${dash}${end}`;
    })
    .join(", ");
}

function toNumber(address: string): number {
  return address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

function toAddress(number: number): string {
  return [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255].join(".");
}
