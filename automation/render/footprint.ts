import type { Amounts, Plan } from "../../planner";
import { total } from "../../planner";
import type { Style } from "./style";
import { table } from "./table";
import { count, truncate } from "./text";

/** What the columns beside the names take. */
const NUMBERS_WIDTH = 42;
const SHORTEST_NAME = 8;

/** In one line what the add-ons ask for, of what there is for them. */
export function demandText({ footprint: { addons, requested, room } }: Plan): string {
  const there = sumOf([...room.values()]);
  const asked = `${cpus(requested)} of ${cpus(there)} CPUs and ${gib(requested)} of ${gib(there)} GiB`;
  return `${count(addons.length, "add-on")} ask for ${asked} on ${count(room.size, "machine")}`.replace(
    "1 add-on ask",
    "1 add-on asks",
  );
}

/** What each add-on's pods ask for, their limits in the same order, and how many of them ask for nothing. */
export function renderFootprint({ footprint: { addons, requested } }: Plan, { glyphs, safe, columns: width }: Style): string[] {
  if (addons.length === 0) return [];
  const right = (title: string): { title: string; align: "right" } => ({ title, align: "right" });
  const columns = [
    { title: "add-on" },
    right("pods"),
    right("CPUs"),
    right("GiB"),
    right("limit"),
    right("limit"),
    right("unset"),
  ];
  const most = (amount: number, text: string): string => (amount === 0 ? glyphs.dash : text);
  const rows = addons.map(({ name, pods }) => {
    const [asked, limits] = [total(pods), total(pods, "limits")];
    const silent = pods.filter(({ requests }) => requests.cpuMillis === 0 && requests.memoryMiB === 0);
    return [
      truncate(safe(name), Math.max(SHORTEST_NAME, width - NUMBERS_WIDTH), glyphs.ellipsis),
      String(podsOf(pods)),
      cpus(asked),
      gib(asked),
      most(limits.cpuMillis, cpus(limits)),
      most(limits.memoryMiB, gib(limits)),
      most(silent.length, String(podsOf(silent))),
    ];
  });
  return table(columns, [...rows, ["on workers", "", cpus(requested), gib(requested), "", "", ""]]);
}

function podsOf(pods: readonly { readonly count: number }[]): number {
  return pods.reduce((all, each) => all + each.count, 0);
}

function sumOf(amounts: readonly Amounts[]): Amounts {
  return amounts.reduce(
    (all, each) => ({ cpuMillis: all.cpuMillis + each.cpuMillis, memoryMiB: all.memoryMiB + each.memoryMiB }),
    {
      cpuMillis: 0,
      memoryMiB: 0,
    },
  );
}

function cpus({ cpuMillis }: Amounts): string {
  return (cpuMillis / 1000).toFixed(2);
}

function gib({ memoryMiB }: Amounts): string {
  return (memoryMiB / 1024).toFixed(1);
}
