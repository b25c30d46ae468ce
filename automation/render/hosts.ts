import type { Plan, PlannedBalancer, PlannedHost, PlannedMachine } from "../../planner/plan";
import { bar } from "./bar";
import { BOX_FRAME, box, columnsOf, sideBySide } from "./box";
import type { Style } from "./style";
import { count, displayWidth, pad, truncate, hang } from "./text";
import { gib, overcommit } from "./units";

/** Names longer than this are cut: a stack of boxes should not be as wide as its longest name. */
const LONGEST_NAME = 32;
const SHORTEST_BAR = 8;
const LONGEST_BAR = 40;
const LONGEST_LABEL = 14;

/** What has a line of its own: a machine, or a load balancer, which has no role. */
type Shown = Pick<PlannedBalancer, "name" | "address" | "memoryMiB" | "cores" | "disks"> &
  Pick<PlannedMachine, "vmId"> &
  Partial<Pick<PlannedMachine, "role">>;
type ShownPlan = Pick<Plan, "hosts" | "machines" | "network"> & Partial<Pick<Plan, "balancers">>;

/** The hosts with what stands on them, side by side where there is room. */
export function renderHosts(plan: ShownPlan, style: Style): string[] {
  if (plan.hosts.length === 0) return [...renderExisting(plan.machines, style), ...legend(plan, style)];
  const all: readonly Shown[] = [...plan.machines, ...(plan.balancers?.machines ?? [])];
  const byName = new Map(all.map((machine) => [machine.name, machine]));
  const machinesOf = (host: PlannedHost): Shown[] => host.machines.flatMap((name) => byName.get(name) ?? []);
  const shortAddress = addressShortener(plan);
  const rows = plan.hosts.map((host) => machineRows(machinesOf(host), shortAddress, style));
  const needed = Math.max(
    ...rows.flat().map((row) => displayWidth(row.text)),
    ...plan.hosts.map((host) => labelWidth(host) + SHORTEST_BAR + 2 + shortFigureWidth(host)),
    ...plan.hosts.map((host) => displayWidth(host.name) + displayWidth(host.address) + 4),
  );
  const { perRow, width } = columnsOf(plan.hosts.length, Math.min(needed + BOX_FRAME, style.columns), style.columns);
  const inner = width - BOX_FRAME;
  const contents = plan.hosts.map((host, index) => [
    ...gauges(host, inner, style),
    "",
    ...(rows[index] ?? []).map((row) => row.paint(truncate(widest(row, inner), inner, style.glyphs.ellipsis))),
  ]);
  const boxes = contents.map((lines, index) => {
    const host = plan.hosts[index] as PlannedHost;
    const first = index - (index % perRow);
    const height = Math.max(...contents.slice(first, first + perRow).map((others) => others.length));
    const blank = Array<string>(height - lines.length).fill("");
    return box(style, width, style.safe(host.name), hostNote(host, inner), [...lines, ...blank]);
  });
  return [...sideBySide(boxes, perRow), ...renderExisting(plan.machines, style), ...legend(plan, style)];
}

/** Machines that are no VMs, which no host box shows. */
function renderExisting(machines: readonly PlannedMachine[], style: Style): string[] {
  const existing = machines.filter(({ source }) => source === "existing");
  if (existing.length === 0) return [];
  const rows = machineRows(existing, (address) => address, style);
  return ["existing machines", ...rows.map((row) => row.paint(truncate(`  ${row.text}`, style.columns, style.glyphs.ellipsis)))];
}

interface MachineRow {
  readonly text: string;
  /** The same with what is shown only where there is room. */
  readonly more: string;
  readonly paint: (text: string) => string;
}

function widest(row: MachineRow, inner: number): string {
  return displayWidth(row.more) <= inner ? row.more : row.text;
}

/** One aligned line per machine: mark, name, id, address, memory, vCPUs and, where there is room, disks. */
function machineRows(machines: readonly Shown[], shortAddress: (address: string) => string, style: Style): MachineRow[] {
  if (machines.length === 0) return [{ text: "no VMs", more: "no VMs", paint: style.colors.dim }];
  const columns = [
    machines.map((machine) => truncate(style.safe(machine.name), LONGEST_NAME, style.glyphs.ellipsis)),
    machines.map((machine) => (machine.vmId === null ? "" : String(machine.vmId))),
    machines.map((machine) => shortAddress(machine.address)),
    machines.map((machine) => `${gib(machine.memoryMiB)} GiB`),
    machines.map((machine) => `${machine.cores} vCPU`),
  ];
  const widths = columns.map((column) => Math.max(...column.map(displayWidth)));
  return machines.map((machine, index) => {
    const isControlPlane = machine.role === "controlplane";
    const fields = columns.map((column, at) => pad(column[index] ?? "", widths[at] ?? 0, at === 0 ? "left" : "right"));
    const glyph = isControlPlane ? "controlPlane" : machine.role === "worker" ? "worker" : "guest";
    const text = `${style.glyphs[glyph]} ${fields.join("  ")}`;
    const disks = machine.disks.map((disk) => disk.sizeGiB).join("+");
    return {
      text,
      more: disks === "" ? text : `${text}  ${disks} GiB disk`,
      paint: isControlPlane ? (line) => style.colors.bold(style.colors.cyan(line)) : (line) => line,
    };
  });
}

/** Memory, CPU and every datastore as bars with their figures. */
function gauges(host: PlannedHost, inner: number, style: Style): string[] {
  const lines = gaugeLines(host);
  const labels = labelWidth(host);
  const figures = (key: "long" | "short"): number => Math.max(...lines.map((line) => displayWidth(line[key])));
  const size = inner - labels - 2 - figures("long") >= SHORTEST_BAR + 2 ? "long" : "short";
  const width = Math.min(LONGEST_BAR, inner - labels - 2 - figures(size));
  return lines.map((line) => {
    const label = pad(truncate(style.safe(line.label), labels, style.glyphs.ellipsis), labels);
    const figure = line.used + line.reserved > line.capacity ? style.colors.red(line[size]) : line[size];
    const drawn = width > 0 ? bar(style, width, line.capacity, line.used, line.reserved) : "";
    return `${label} ${drawn} ${figure}`;
  });
}

interface Gauge {
  readonly label: string;
  readonly capacity: number;
  readonly used: number;
  readonly reserved: number;
  readonly long: string;
  readonly short: string;
}

function gaugeLines(host: PlannedHost): Gauge[] {
  const { allocatedMemoryMiB: allocated, reservedMemoryMiB: reserved, memoryMiB: installed } = host;
  const memory = `${gib(allocated)}+${gib(reserved)}/${gib(installed)} GiB`;
  const cpu = `${host.vcpus} vCPU:${host.threads}`;
  const load = host.vcpus > host.threads ? `, ${overcommit(host.vcpus, host.threads)}` : "";
  return [
    {
      label: "memory",
      capacity: installed,
      used: allocated,
      reserved,
      long: `${memory}, ${remainder(installed - allocated - reserved, gib)}`,
      short: memory,
    },
    {
      label: "cpu",
      capacity: host.threads,
      used: host.vcpus,
      reserved: 0,
      long: `${host.vcpus} vCPU:${count(host.threads, "thread")}${load}`,
      short: cpu,
    },
    ...host.datastores.map((datastore) => {
      const disk = `${datastore.allocatedGiB}/${datastore.sizeGiB} GiB`;
      const rest = remainder(datastore.sizeGiB - datastore.allocatedGiB, String);
      const { name: label, sizeGiB: capacity, allocatedGiB: used } = datastore;
      return { label, capacity, used, reserved: 0, long: `${disk}, ${rest}`, short: disk };
    }),
  ];
}

function remainder(rest: number, format: (value: number) => string): string {
  return rest < 0 ? `${format(-rest)} short` : `${format(rest)} free`;
}

function labelWidth(host: PlannedHost): number {
  return Math.min(LONGEST_LABEL, Math.max(...gaugeLines(host).map((line) => displayWidth(line.label))));
}

function shortFigureWidth(host: PlannedHost): number {
  return Math.max(...gaugeLines(host).map((line) => displayWidth(line.short)));
}

function hostNote(host: PlannedHost, inner: number): string {
  const cores = host.cores === host.threads ? count(host.cores, "core") : `${host.cores} cores/${host.threads} threads`;
  const long = `${host.address}, ${cores}`;
  return displayWidth(host.name) + displayWidth(long) + 6 <= inner ? long : host.address;
}

/** `.100` instead of the whole address where all machines share the first three octets of a /24 or smaller. */
function addressShortener({ machines, network }: Pick<Plan, "machines" | "network">): (address: string) => string {
  const prefixes = new Set(machines.map((machine) => machine.address.slice(0, machine.address.lastIndexOf("."))));
  const prefixLength = Number(network.subnets[0]?.subnet.split("/")[1] ?? 0);
  if (network.subnets[0]?.family !== 4 || prefixLength < 24 || prefixes.size !== 1) return (address) => address;
  return (address) => address.slice(address.lastIndexOf("."));
}

function legend({ hosts, machines, balancers }: ShownPlan, { glyphs, colors, columns }: Style): string[] {
  const over = hosts.some(
    (host) =>
      host.vcpus > host.threads ||
      host.allocatedMemoryMiB + host.reservedMemoryMiB > host.memoryMiB ||
      host.datastores.some((datastore) => datastore.allocatedGiB > datastore.sizeGiB),
  );
  const bars = [`${glyphs.full} allocated`, `${glyphs.reserved} reserved`, `${glyphs.free} free`];
  if (over) bars.push(`${glyphs.over} over`);
  const marks = machines.some((machine) => machine.role === "worker") ? `  ${glyphs.worker} worker` : "";
  const guests = balancers === undefined ? "" : `  ${glyphs.guest} load balancer`;
  return hang("", `${bars.join("  ")}  ${glyphs.controlPlane} control plane${marks}${guests}`, columns).map((line) =>
    colors.dim(line),
  );
}
