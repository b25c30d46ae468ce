import { sum } from "./capacity";
import { costsJson } from "./costs/costs-json";
import { total } from "./footprint";
import { survivals } from "./survival/survival";
import type { Amounts, Plan, PlannedRelease, PlannedStackSecret } from "./plan";

/** The document of `plan --json`, keys in a fixed order. */
export function planJson(plan: Plan): Record<string, unknown> {
  return {
    stack: plan.stack,
    hosts: plan.hosts.map(
      ({ name, address, cores, threads, memoryMiB, reservedMemoryMiB, allocatedMemoryMiB, vcpus, datastores, machines }) => ({
        name,
        address,
        cores,
        threads,
        memoryMiB,
        reservedMemoryMiB,
        allocatedMemoryMiB,
        vcpus,
        datastores: datastores.map((datastore) => ({
          name: datastore.name,
          sizeGiB: datastore.sizeGiB,
          allocatedGiB: datastore.allocatedGiB,
        })),
        machines,
      }),
    ),
    machines: [...plan.machines, ...guestsOf(plan)].map(({ name, role, pool, host, vmId, address, cores, memoryMiB, disks }) => ({
      name,
      role,
      pool,
      host,
      vmId,
      address,
      cores,
      memoryMiB,
      disks: disks.map((disk) => ({ name: disk.name, sizeGiB: disk.sizeGiB, datastore: disk.datastore })),
    })),
    formation: plan.proxmox?.formation ?? [],
    endpoint: plan.endpoint.url,
    versions: plan.versions,
    parallel: plan.parallel,
    secrets: plan.secrets.map((each) => ({
      namespace: each.namespace,
      name: each.name,
      type: each.type,
      keys: secretKeys(each),
    })),
    footprint: footprintJson(plan),
    costs: costsJson(plan.costs),
    survival: survivals(plan).map(({ scenario: { kind, name }, verdict }) => ({ kind, name, verdict })),
    findings: findingsJson(plan),
  };
}

/** Keys of a Secret that the stack makes, in order. */
export function secretKeys({ values, secrets }: Pick<PlannedStackSecret, "values" | "secrets">): string[] {
  return [...Object.keys(values), ...Object.keys(secrets)].sort();
}

/** VMs of the stack that are no machines of Talos. */
function guestsOf({ balancers }: Plan) {
  return (balancers?.machines ?? []).map((machine) => ({ ...machine, role: "guest" as const, pool: "balancers" }));
}

/** What the add-ons ask for, and what there is for them. */
function footprintJson({ footprint: { addons, requested, room } }: Plan): Record<string, unknown> {
  return {
    requested: amountsJson(requested),
    room: amountsJson({
      cpuMillis: sum([...room.values()].map(({ cpuMillis }) => cpuMillis)),
      memoryMiB: sum([...room.values()].map(({ memoryMiB }) => memoryMiB)),
    }),
    addons: addons.map(({ name, pods }) => ({
      name,
      pods: sum(pods.map(({ count }) => count)),
      requests: amountsJson(total(pods)),
      limits: amountsJson(total(pods, "limits")),
    })),
  };
}

function amountsJson({ cpuMillis, memoryMiB }: Amounts): Record<string, number> {
  return { cpuMillis, memoryMiB };
}

/** The add-ons of a plan as `plan --addons --json` has them, each after what it waits for. */
export function addonsJson({ addons }: Pick<Plan, "addons">): Record<string, unknown>[] {
  return (Object.values(addons) as PlannedRelease[]).map((addon) => releaseJson(addon));
}

function releaseJson({
  name,
  chart,
  version,
  repository,
  namespace,
  managedBy,
  values,
  origins,
  resources,
}: PlannedRelease): Record<string, unknown> {
  return {
    name,
    chart,
    version,
    repository: repository ?? null,
    namespace,
    managedBy,
    values,
    origins: origins.map(({ path, from }) => ({ path, from })),
    resources: resources.map(({ apiVersion, kind, metadata, spec, origins: of }) => ({
      apiVersion,
      kind,
      metadata,
      spec,
      origins: of.map(({ path, from }) => ({ path, from })),
    })),
  };
}

/** The findings of a plan as every document has them. */
export function findingsJson({ findings }: Plan): Record<string, unknown>[] {
  return findings.map(({ code, severity, path, message, remedy, acknowledged }) => ({
    code,
    severity,
    path,
    message,
    remedy,
    ...(acknowledged === undefined ? {} : { acknowledged }),
  }));
}
