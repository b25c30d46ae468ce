import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import type { ApiClient } from "./api-client";
import { ApiError } from "./api-types";
import type { CustomResource } from "./custom-resources";
import { releasedPatch } from "./operator";
import type { ConfigMap, MadeResource, Operator } from "./operator";
import type { Program, Surroundings } from "./programs";

/** What Longhorn 1.12.1 does that others can see, from its sources (longhorn/longhorn-manager v1.12.1). */

const GROUP = "longhorn.io";
const VERSION = `/apis/${GROUP}/v1beta2`;
const MANAGER = "longhorn-manager";
const CONFIRMATION = "deleting-confirmation-flag";

/** How often the program that uninstalls looks again, in milliseconds. */
const LOOK_MS = 200;
/** How long it leaves a deleted resource to a manager that runs before it takes the finalizer off itself, in milliseconds. */
const GRACE_MS = 90_000;

/**
 * Its manager. The finalizer is put on by an admission webhook there, and not on settings (webhook/resources). What else it makes at
 * its start, an engine image and settings that nobody names, is left out.
 */
export const LONGHORN_MANAGER: Operator = {
  group: GROUP,
  finalizer: GROUP,
  labels: { app: MANAGER },
  makes: ({ spec: { nodeName = "" } }) => [
    { plural: "nodes", object: { kind: "Node", metadata: { name: nodeName }, spec: { name: nodeName, allowScheduling: true } } },
    { plural: "backuptargets", object: { kind: "BackupTarget", metadata: { name: "default" }, spec: {} } },
  ],
  configuration: {
    name: "longhorn-default-setting",
    versionAnnotation: "longhorn.io/configmap-resource-version",
    makes: settingsOf,
  },
};

function settingsOf({ data }: ConfigMap): MadeResource[] {
  const given = (parse(data?.["default-setting.yaml"] ?? "") ?? {}) as Readonly<Record<string, unknown>>;
  return Object.entries({ [CONFIRMATION]: false, ...given }).map(([name, value]) => ({
    plural: "settings",
    object: { kind: "Setting", metadata: { name }, value: typeof value === "string" ? value : JSON.stringify(value) },
  }));
}

/**
 * `longhorn-manager uninstall --force`, the program of the chart's pre-delete hook (controller/uninstall_controller.go): it refuses
 * without the confirmation; then it deletes all resources but settings and waits for the manager to let go of them, deletes the
 * manager and its driver, and whatever is left it tears away.
 */
export const uninstallLonghorn: Program = async (surroundings) => {
  const { client, namespace } = surroundings;
  const confirmation = await found(client.get<CustomResource>(`${VERSION}/namespaces/${namespace}/settings/${CONFIRMATION}`));
  if (confirmation?.value !== "true") {
    throw new Error(
      `Longhorn is not uninstalled: its setting ${CONFIRMATION} is false; confirm with kubectl -n ${namespace} edit settings.longhorn.io ${CONFIRMATION}`,
    );
  }
  const grace = (await managerIsReady(surroundings)) ? GRACE_MS : 0;
  await repeat(surroundings, async () => !(await managerIsReady(surroundings)) || (await areGone(surroundings, grace)));
  const apps = `/apis/apps/v1/namespaces/${namespace}`;
  for (const path of [`${apps}/daemonsets/${MANAGER}`, `${apps}/deployments/longhorn-driver-deployer`]) {
    await repeat(surroundings, async () => {
      const gone = await found(client.delete(path, { propagationPolicy: "Foreground" }));
      return gone === undefined;
    });
  }
  await repeat(surroundings, () => areGone(surroundings, 0));
  await found(client.delete("/apis/storage.k8s.io/v1/storageclasses/longhorn"));
};

/** One pod may be missing, as during an upgrade. */
async function managerIsReady({ client, namespace }: Surroundings): Promise<boolean> {
  const manager = await found(client.get<Manager>(`/apis/apps/v1/namespaces/${namespace}/daemonsets/${MANAGER}`));
  if (manager?.status === undefined || manager.metadata.deletionTimestamp !== undefined) return false;
  return manager.status.numberReady >= manager.status.desiredNumberScheduled - 1;
}

interface Manager extends CustomResource {
  readonly status?: { readonly numberReady: number; readonly desiredNumberScheduled: number };
}

/**
 * Has everything deleted, and takes the finalizer off whatever has waited for the manager too long.
 *
 * @param grace milliseconds
 */
async function areGone({ client, namespace }: Surroundings, grace: number): Promise<boolean> {
  const kinds = await found(client.get<{ readonly resources: readonly { readonly name: string }[] }>(VERSION));
  const names = (kinds?.resources ?? []).map(({ name }) => name).filter((name) => !name.includes("/") && name !== "settings");
  const left = await Promise.all(names.map((name) => deleteAll(client, `${VERSION}/namespaces/${namespace}/${name}`, grace)));
  return left.every((count) => count === 0);
}

/** @returns how many there were */
async function deleteAll(client: ApiClient, path: string, grace: number): Promise<number> {
  const items = (await found(client.list<CustomResource>(path)))?.items ?? [];
  for (const item of items) {
    const { name, deletionTimestamp } = item.metadata;
    const patch = releasedPatch(item, GROUP);
    if (deletionTimestamp === undefined) await found(client.delete(`${path}/${name}`));
    else if (patch && Date.now() - Date.parse(deletionTimestamp) >= grace) await found(client.patch(`${path}/${name}`, patch));
  }
  return items.length;
}

async function repeat({ signal }: Surroundings, isDone: () => Promise<boolean>): Promise<void> {
  while (!(await isDone())) await sleep(LOOK_MS, undefined, { signal });
}

/** Undefined where there is no such thing, or somebody was faster. */
async function found<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 409)) return undefined;
    throw error;
  }
}
