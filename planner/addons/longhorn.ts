import { LONGHORN_DEFAULTS } from "../../config/addons/longhorn";
import type { LonghornFacts } from "../plan";
import { backupLogin } from "./longhorn-backups";
import type { AddonContext, AddonDefinition } from "./definition";
import type { Values } from "./layers";
import { judgeLonghornVolumes } from "./longhorn-judgement";
import { classObjects, jobResources, plannedClasses } from "./longhorn-volumes";

/** Disk that Longhorn has for itself, where a pool has one of this name. */
export const LONGHORN_DISK = "longhorn";

/** Where Longhorn keeps volumes: on its own disk, else beside everything else on the system disk. */
const DATA_PATHS = { disk: `/var/mnt/${LONGHORN_DISK}`, system: "/var/lib/longhorn" } as const;

/** Pods of each helper in prod, as many as Longhorn runs by itself, and of the user interface. */
const HELPERS = 3;

/** What the manager on each machine asks for: assumed, the chart says nothing. What serves volumes gets a share of the CPUs by itself. */
const MANAGER_REQUESTS = { homelab: { cpu: "25m", memory: "128Mi" }, prod: { cpu: "100m", memory: "256Mi" } } as const;

/** Volumes that are kept on several machines. */
export const longhorn: AddonDefinition<"longhorn"> = {
  key: "longhorn",
  chart: "longhorn",
  publisher: "https://charts.longhorn.io",
  // Volumes are mounted on the machine itself.
  podSecurity: "privileged",
  provides: "storage",
  brings: {
    by: "release",
    kinds: {
      BackupTarget: { apiVersion: "longhorn.io/v1beta2", plural: "backuptargets", scope: "Namespaced" },
      RecurringJob: { apiVersion: "longhorn.io/v1beta2", plural: "recurringjobs", scope: "Namespaced" },
    },
  },
  needs: ["network"],
  metrics: { service: "longhorn-backend", port: 9500 },
  reads: backupLogin,
  judge: judgeLonghornVolumes,
  plan: (context) => {
    const facts = factsOf(context);
    return {
      base: base(context, facts),
      overlays: { homelab: homelab(), prod: prod(context) },
      // The chart 1.12.1 has the value, and no budget comes of it.
      idle: [{ at: "longhornUI.podDisruptionBudget" }],
      // The engine refuses before anything is touched. The chart's own Job would at the very end of an update, and leave a release that
      // Helm upgrades no more.
      protect: !context.setting("allowUninstall").or(false).value,
      resources: jobResources(context),
      facts,
    };
  },
};

function factsOf(context: AddonContext<"longhorn">): LonghornFacts {
  const { setting, schedulable, config } = context;
  const { pools, zones = LONGHORN_DEFAULTS.zones } = config;
  const chosen = pools ? schedulable.filter(({ pool }) => pools.includes(pool)) : schedulable;
  const withDisk = chosen.filter(({ disks }) => disks.some(({ name }) => name === LONGHORN_DISK));
  const keepers = withDisk.length > 0 ? withDisk : chosen;
  const replicas = setting("replicas").or(Math.min(LONGHORN_DEFAULTS.replicas, keepers.length)).value;
  const classes = plannedClasses(context, replicas, keepers);
  return {
    replicas,
    overProvisioningPercent: setting("overProvisioningPercent").or(LONGHORN_DEFAULTS.overProvisioningPercent).value,
    dataPath: withDisk.length > 0 ? DATA_PATHS.disk : DATA_PATHS.system,
    systemPath: DATA_PATHS.system,
    machines: keepers.map(({ name }) => name),
    runsOn: schedulable.map(({ name }) => name),
    labelled: keepers.length < schedulable.length,
    ...classes,
    idlePools: (pools ?? []).filter(
      (name) => chosen.some(({ pool }) => pool === name) && !keepers.some(({ pool }) => pool === name),
    ),
    separateZones: zones === "require",
  };
}

/** Chart values as Longhorn's documentation asks for on Talos. */
function base(context: AddonContext<"longhorn">, facts: LonghornFacts): Values {
  const { setting } = context;
  const replicas = setting("replicas").or(facts.replicas);
  return {
    // The check before an upgrade runs as a hook that needs what it is about to check.
    preUpgradeChecker: { jobEnabled: false },
    defaultSettings: {
      defaultReplicaCount: replicas,
      defaultDataPath: facts.dataPath,
      storageOverProvisioningPercentage: setting("overProvisioningPercent").or(facts.overProvisioningPercent),
      createDefaultDiskLabeledNodes: facts.labelled,
      replicaZoneSoftAntiAffinity: setting("zones").asked?.as((zones) => zones === "prefer"),
      // A machine may be drained unless it holds the last copy of a volume.
      nodeDrainPolicy: "block-if-contains-last-replica",
      // Said either way: Longhorn keeps a setting that its values no longer mention.
      deletingConfirmationFlag: setting("allowUninstall").or(false),
    },
    persistence: {
      defaultClass: setting("defaultClass").or(LONGHORN_DEFAULTS.defaultClass),
      defaultClassReplicaCount: replicas,
    },
    extraObjects: classObjects(context, facts),
    defaultBackupStore: {
      backupTarget: setting("backup.target").asked,
      backupTargetCredentialSecret: setting("backup.credentialSecret").asked,
    },
  };
}

/** One of each: volumes wait for a lost machine's helpers to come up elsewhere. */
function homelab(): Values {
  return {
    longhornManager: { resources: { requests: MANAGER_REQUESTS.homelab } },
    longhornUI: { replicas: 1 },
    csi: helpers(1),
  };
}

/** Several of each, and copies that go back to where there are none of their volume once a machine has returned. */
function prod({ spread }: AddonContext<"longhorn">): Values {
  const replicas = spread.upTo(HELPERS);
  return {
    longhornManager: { resources: { requests: MANAGER_REQUESTS.prod } },
    longhornUI: { replicas },
    csi: helpers(replicas),
    defaultSettings: { replicaAutoBalance: "best-effort" },
  };
}

function helpers(replicas: number): Values {
  return {
    attacherReplicaCount: replicas,
    provisionerReplicaCount: replicas,
    resizerReplicaCount: replicas,
    snapshotterReplicaCount: replicas,
  };
}
