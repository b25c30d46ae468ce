import type { Maintenance, MaintenanceStep, Plan } from "../../planner";
import { renderHeader } from "./plan";
import type { Style } from "./style";
import { markOf, shadeOf } from "./survival";
import { count, hang } from "./text";

/** How hosts are taken down and brought back: what moves where, in which order, and what is missing meanwhile. */
export function renderMaintenances(plan: Plan, all: readonly Maintenance[], style: Style): string[] {
  return [
    ...renderHeader(plan, style),
    "",
    ...all.flatMap((each) => [...renderMaintenance(plan, each, style), ""]),
    ...summary(all, style),
  ];
}

function renderMaintenance(plan: Plan, each: Maintenance, style: Style): string[] {
  const { colors, safe, columns } = style;
  const { host, steps, effects, verdict } = each;
  const title = hang(`${markOf(verdict, style)} `, safe(`${host}: ${outcome(each)}`), columns).map(shadeOf(verdict, style));
  const width = String(steps.length).length;
  const lines = steps.flatMap((step, index) => [
    ...hang(`  ${String(index + 1).padStart(width)}  `, safe(stepText(plan, step)), columns),
    ...commandsOf(plan, step, steps.slice(0, index)).flatMap((command) =>
      hang(" ".repeat(width + 4), safe(command), columns).map((line) => colors.dim(line)),
    ),
  ]);
  const missing = effects
    .filter((effect) => effect.verdict !== "survives")
    .flatMap((effect) => hang(`  meanwhile ${effect.part}: `, safe(effect.message), columns).map(shadeOf(effect.verdict, style)));
  const back = backText(plan, steps).flatMap((text) => hang("  ", text, columns));
  return [...title, ...lines, ...missing, ...back.map((line) => colors.dim(line))];
}

/** How everything is as it was. */
function backText({ proxmox }: Plan, steps: readonly MaintenanceStep[]): string[] {
  const stopped = steps.filter(({ how }) => how === "stopped");
  const managed = proxmox?.ha === undefined ? [] : stopped.filter(({ role }) => role !== "guest");
  const again = managed.map(({ vmId }) => `ha-manager set vm:${vmId} --state started`).join("; ");
  const start = again === "" ? "start what is off again" : `start what is off again (${again})`;
  return [
    ...(stopped.length < steps.length
      ? ["afterwards the same back, in reverse, before the next lab up: the stack file says where VMs belong"]
      : []),
    ...(stopped.length > 0 ? [`afterwards ${start}, control planes first, and kubectl uncordon what was drained`] : []),
  ];
}

function outcome({ steps, verdict }: Maintenance): string {
  if (steps.length === 0) return "nothing of this stack runs there";
  const of = (how: MaintenanceStep["how"]): number => steps.filter((step) => step.how === how).length;
  const parts = [
    ...(of("live") > 0 ? [`${of("live")} migrate while they run`] : []),
    ...(of("moved") > 0 ? [`${of("moved")} while they are off`] : []),
    ...(of("stopped") > 0 ? [`${of("stopped")} wait switched off`] : []),
  ];
  return `${parts.join(", ")}; meanwhile the stack ${{ survives: "goes on", degraded: "lacks something", lost: "stands still" }[verdict]}`;
}

function stepText(plan: Plan, step: MaintenanceStep): string {
  const { machine, how, to = "", copiedGiB, reason } = step;
  const copied = copiedGiB > 0 ? `, copying up to ${copiedGiB} GiB` : "";
  if (how === "live") return `migrate ${machine} to ${to} while it runs${copied}`;
  const what = isDrained(plan, step) ? `drain ${machine}, switch it off` : `switch ${machine} off`;
  return how === "moved" ? `${what} and migrate it to ${to}${copied}: ${reason ?? ""}` : `${what}: ${reason ?? ""}`;
}

/**
 * What is typed for a step: on the host as root, with kubectl and talosctl elsewhere.
 *
 * @param earlier the steps before it: what they switched off and left so answers nobody
 */
export function commandsOf(plan: Plan, step: MaintenanceStep, earlier: readonly MaintenanceStep[] = []): string[] {
  const { machine, role, vmId, how, to = "", copiedGiB } = step;
  const disks = copiedGiB > 0 ? " --with-local-disks" : "";
  const members = membersLeft(plan, earlier);
  // A control plane must be the only one that is away: the others say whether they all are there.
  const member = role === "controlplane" && members.isQuorate ? [`talosctl -n ${members.besides(machine)} etcd status`] : [];
  if (how === "live") return [...member, `qm migrate ${vmId} ${to} --online${disks}`];
  if (role === "guest") return [`qm shutdown ${vmId}`];
  // High availability would start again what is switched off.
  const managed = plan.proxmox?.ha !== undefined;
  const ignored = managed ? [`ha-manager set vm:${vmId} --state ignored`] : [];
  // Without etcd nothing is drained, neither by kubectl nor by Talos, which would wait for it.
  const isDrainable = isDrained(plan, step) && members.isQuorate;
  const drain = isDrainable ? [`kubectl drain ${machine} --ignore-daemonsets --delete-emptydir-data`] : [];
  const shutdown = `talosctl -n ${addressOf(plan, machine)} shutdown${members.isQuorate ? "" : " --force"}`;
  const off = [...member, ...ignored, ...drain, shutdown];
  if (how === "stopped") return off;
  const on = [`qm migrate ${vmId} ${to}`, `qm start ${vmId}`];
  const again = managed ? [`ha-manager set vm:${vmId} --state started`] : [];
  return [...off, ...on, ...again, ...(drain.length > 0 ? [`kubectl uncordon ${machine}`] : [])];
}

/** Control planes that run once some steps are done: whether etcd has its majority, and the addresses of those besides one of them. */
function membersLeft(
  { machines }: Plan,
  earlier: readonly MaintenanceStep[],
): { readonly isQuorate: boolean; besides(machine: string): string } {
  const off = earlier.filter(({ how }) => how === "stopped").map(({ machine }) => machine);
  const members = machines.filter(({ role }) => role === "controlplane");
  const left = members.filter(({ name }) => !off.includes(name));
  return {
    isQuorate: left.length > members.length / 2,
    // One that is alone says it of itself.
    besides: (machine) => {
      const others = left.filter(({ name }) => name !== machine);
      return (others.length > 0 ? others : left).map(({ address }) => address).join(",");
    },
  };
}

function isDrained({ machines, talos }: Plan, { role }: MaintenanceStep): boolean {
  return machines.length > 1 && (role === "worker" || (role === "controlplane" && talos.scheduleOnControlPlanes));
}

function addressOf({ machines }: Plan, machine: string): string {
  return machines.find(({ name }) => name === machine)?.address ?? "";
}

function summary(all: readonly Maintenance[], style: Style): string[] {
  const of = (verdict: Maintenance["verdict"]): number => all.filter((each) => each.verdict === verdict).length;
  const worst = of("lost") > 0 ? "lost" : of("degraded") > 0 ? "degraded" : "survives";
  const text = `${count(all.length, "host")}: the stack goes on without ${of("survives")}, lacks something without ${of("degraded")}, stands still without ${of("lost")}`;
  return hang(`${markOf(worst, style)} `, text, style.columns).map(shadeOf(worst, style));
}
