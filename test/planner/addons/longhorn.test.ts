import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { machinePatches } from "../../../components/talos/machine-patches";
import type { Plan } from "../../../planner/plan";
import { addonsIn, at, valuesOf } from "../../addons";
import { hosts, planOf, stackFile } from "../../stacks";

const POOLS =
  "{ fast: { count: 2, cores: 2, memoryGiB: 4, disks: { longhorn: { sizeGiB: 50 } }, ids: 803-806, addresses: 192.168.1.103-192.168.1.106, names: fast-00..03 }, slow: { count: 1, cores: 2, memoryGiB: 4, ids: 807-809, addresses: 192.168.1.107-192.168.1.109, names: slow-00..02 } }";

/** Two pools, one of which has disks for volumes. */
const stackWith = (longhorn: object): Plan =>
  planOf(stackFile({ hosts: hosts(3), workers: POOLS, more: `  proxmox-talos:addons: ${JSON.stringify({ longhorn })}\n` }));

describe("Longhorn's classes", () => {
  it("are none beside its own unless some are asked for", () => {
    const { longhorn } = addonsIn("prod");
    assert.deepEqual(valuesOf(longhorn, ["extraObjects", "defaultSettings.replicaZoneSoftAntiAffinity"]), [undefined, undefined]);
    assert.deepEqual([longhorn?.classes, longhorn?.resources], [[], []]);
  });

  it("say how many copies, where they are and what is done to them, whoever does not say having Longhorn's defaults", () => {
    const classes = {
      keep: { reclaimPolicy: "Retain", groups: ["databases"] },
      database: { dataLocality: "strict-local", filesystem: "xfs", pool: "main", default: true },
    };
    const jobs = { hourly: { task: "snapshot", cron: "@hourly", groups: ["databases"] } };
    const { longhorn } = addonsIn("prod", { longhorn: { classes, jobs, defaultClass: false } });
    const common = {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      provisioner: "driver.longhorn.io",
      allowVolumeExpansion: true,
    };
    assert.deepEqual(valuesOf(longhorn, ["extraObjects"]), [
      [
        {
          ...common,
          metadata: { name: "database", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
          reclaimPolicy: "Delete",
          volumeBindingMode: "WaitForFirstConsumer",
          parameters: {
            numberOfReplicas: "1",
            staleReplicaTimeout: "30",
            fsType: "xfs",
            dataLocality: "strict-local",
            nodeSelector: "main",
          },
        },
        {
          ...common,
          metadata: { name: "keep" },
          reclaimPolicy: "Retain",
          volumeBindingMode: "Immediate",
          parameters: {
            numberOfReplicas: "3",
            staleReplicaTimeout: "30",
            fsType: "ext4",
            dataLocality: "disabled",
            recurringJobSelector: '[{"name":"databases","isGroup":true}]',
          },
        },
      ],
    ]);
    assert.match(at(longhorn, "extraObjects"), / < stack addons.longhorn.classes$/);
  });

  it("have the machines of their pool bear its name as a tag, and no others", () => {
    const plan = stackWith({ classes: { database: { replicas: 2, pool: "fast" } } });
    const tagged = plan.machines
      .filter((machine) => machinePatches(machine, plan).join("").includes("node.longhorn.io/default-node-tags: '[\"fast\"]'"))
      .map(({ name }) => name);
    assert.deepEqual(tagged, ["fast-00", "fast-01"]);
    const none = stackWith({});
    assert.ok(none.machines.every((machine) => !machinePatches(machine, none).join("").includes("default-node-tags")));
  });
});

describe("Longhorn's volumes", () => {
  it("are kept by the pools that are chosen, which are labelled then", () => {
    const keepers = (longhorn: object): readonly string[] | undefined => stackWith(longhorn).addons.longhorn?.machines;
    assert.deepEqual(keepers({}), ["fast-00", "fast-01"]);
    assert.deepEqual(keepers({ pools: ["slow"] }), ["slow-00"]);
    const { longhorn } = stackWith({ pools: ["slow"] }).addons;
    assert.deepEqual(valuesOf(longhorn, ["defaultSettings.createDefaultDiskLabeledNodes", "defaultSettings.defaultDataPath"]), [
      true,
      "/var/lib/longhorn",
    ]);
    const { findings } = stackWith({ pools: ["fast", "slow"] });
    assert.deepEqual(
      findings.filter(({ code }) => code === "longhorn-pool-idle").map(({ message }) => message),
      ["machines of slow keep no volumes: other pools have disks for them, and slow has none"],
    );
  });

  it("are no more copies than machines of their class", () => {
    const { findings } = stackWith({ classes: { big: { replicas: 3 }, other: { pool: "slow" } } });
    assert.deepEqual(
      findings.filter(({ code }) => code === "longhorn-replicas").map(({ path, message }) => `${path}: ${message}`),
      [
        "addons.longhorn.classes.big: 3 copies of each volume of big on 2 machines (fast-00, fast-01): every volume stays degraded",
        "addons.longhorn.classes.other: 2 copies of each volume of other on 0 machines: no volume is made",
      ],
    );
  });

  it("have copies in other failure domains first, and nowhere else where that is asked for", () => {
    const soft = (longhorn: object): unknown[] =>
      valuesOf(addonsIn("prod", { longhorn }).longhorn, ["defaultSettings.replicaZoneSoftAntiAffinity"]);
    assert.deepEqual([soft({}), soft({ zones: "prefer" }), soft({ zones: "require" })], [[undefined], [true], [false]]);
  });
});

describe("Longhorn's jobs", () => {
  it("keep seven of what they put away, of volumes that have no group of their own, and nothing where they clean up", () => {
    const jobs = {
      nightly: { task: "backup", cron: "0 3 * * *" },
      trim: { task: "filesystem-trim", cron: "@weekly", concurrency: 3, labels: { why: "room" } },
    };
    const { longhorn } = addonsIn("prod", { longhorn: { jobs, backup: { target: "nfs://nas.example.org:/b" } } });
    assert.deepEqual(
      longhorn?.resources.map(({ kind, metadata, spec, after }) => [kind, metadata.namespace, spec, after]),
      [
        [
          "RecurringJob",
          "longhorn-system",
          { concurrency: 1, cron: "0 3 * * *", groups: ["default"], name: "nightly", retain: 7, task: "backup" },
          ["longhorn"],
        ],
        [
          "RecurringJob",
          "longhorn-system",
          {
            concurrency: 3,
            cron: "@weekly",
            groups: ["default"],
            labels: { why: "room" },
            name: "trim",
            retain: 0,
            task: "filesystem-trim",
          },
          ["longhorn"],
        ],
      ],
    );
  });
});
