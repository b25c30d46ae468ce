import { EXISTING } from "./bases";
import type { Edits, Knob } from "./table";

/** The pools that both bases have: their paths, their only machine, and ranges no other pool has. */
export const POOLS = [
  { schema: "topology.controlPlane", at: "topology.controlPlane", machine: "ctrl-00", free: 2 },
  { schema: "topology.workers.*", at: "topology.workers.main", machine: "work-00", free: 3 },
] as const;

/** The knobs of one pool, by their paths in the schema. */
export function poolKnobs({ schema, at, machine, free }: (typeof POOLS)[number]): Record<string, Knob> {
  const own = `${at}.machines.${machine}`;
  const counted: Edits = { [`${at}.machines`]: undefined, [`${at}.count`]: 1 };
  const vm = (key: string, value: unknown, given?: Edits): [string, Knob] => [
    key,
    { turned: { [`${at}.${key.replace(/\[\].*$/, "")}`]: value }, ...(given ? { given } : {}) },
  ];
  const there = (key: string, path: string, value: unknown): [string, Knob] => [
    key,
    { base: EXISTING, turned: { [path]: value } },
  ];
  const single = (key: string, value: unknown): [string, Knob] => [`machines.*.${key}`, { turned: { [`${own}.${key}`]: value } }];
  /** Somewhere workloads must run: only one of the two pools may keep them off. */
  const elsewhere: Edits = schema === "topology.controlPlane" ? {} : { "topology.controlPlane.schedulable": true };
  const taint = (taints: object): [string, Knob][] =>
    Object.entries(taints).flatMap(([key, value]) => {
      const before = { key: "tier", value: "a", effect: "PreferNoSchedule" };
      const after = [{ ...before, [key]: value as unknown }];
      return [
        [`taints[].${key}`, { given: elsewhere, turned: { [`${at}.taints`]: after } }],
        [
          `machines.*.taints[].${key}`,
          { given: { ...elsewhere, [`${own}.taints`]: [before] }, turned: { [`${own}.taints`]: after } },
        ],
      ];
    });

  const costs = ["", "machines.*."].flatMap((where) =>
    Object.entries({ "purchase.*": { server: 8 }, rentPerMonth: { from: 8 }, powerWatts: 9, currency: "USD" }).map(
      ([key, value]): [string, Knob] => {
        const cost = `${at}.${where.replace("*", machine)}cost`;
        return [
          `${where}cost.${key}`,
          { base: EXISTING, given: { [cost]: { rentPerMonth: 7 } }, turned: { [`${cost}.${key.replace(".*", "")}`]: value } },
        ];
      },
    ),
  );

  const knobs: [string, Knob][] = [
    ...costs,
    [
      "source",
      {
        turned: {
          [at]: {
            source: "existing",
            cores: 2,
            memoryGiB: 4,
            installDisk: "/dev/sda",
            interface: "eth0",
            machines: { there: { address: `10.0.0.1${free}` } },
          },
        },
      },
    ],
    ["count", { given: counted, turned: { [`${at}.count`]: 3 } }],
    vm("cores", 3),
    vm("memoryGiB", 5),
    vm("diskGiB", 240),
    vm("datastore", "tank"),
    ["disks.*.sizeGiB", { turned: { [`${at}.disks.data.sizeGiB`]: 21 } }],
    ["disks.*.datastore", { turned: { [`${at}.disks.data.datastore`]: "tank" } }],
    ["disks.*.remove", { turned: { [`${at}.disks.data.remove`]: true } }],
    ["disks.*.slot", { turned: { [`${at}.disks.data.slot`]: 2 } }],
    there("disks.*.selector", `${at}.disks.data.selector`, "disk.readonly"),
    ...["readIops", "writeIops", "readMiBps", "writeMiBps"].map((key): [string, Knob] => [
      `diskLimits.${key}`,
      { turned: { [`${at}.diskLimits`]: { [key]: 100 } } },
    ]),
    vm("networkMiBps", 100),
    ...Object.entries({ type: "x86-64-v3", affinity: "0-3", numaNode: 1, limit: 1.5, units: 50 }).map(
      ([key, value]): [string, Knob] => [`cpu.${key}`, { turned: { [`${at}.cpu`]: { [key]: value } } }],
    ),
    ["devices[].mapping", { turned: { [`${at}.devices`]: [{ mapping: "nic" }] } }],
    ["devices[].pcie", { turned: { [`${at}.devices`]: [{ mapping: "gpu", pcie: false }] } }],
    vm("hosts[]", ["pve-2"]),
    vm("spread", "failureDomain", { ...counted, [`${at}.count`]: 2 }),
    vm("ids", `5${free}0-5${free}9`),
    vm("addresses", `10.0.0.1${free}0-10.0.0.1${free}9`),
    vm("names", `other-${free}0..${free}9`, counted),
    ["labels.*", { turned: { [`${at}.labels.tier`]: "b" } }],
    ...taint({ key: "level", value: "b", effect: "NoSchedule" }),
    vm("extensions[]", ["siderolabs/gvisor"]),
    there("installDisk", `${at}.installDisk`, "/dev/vda"),
    there("interface", `${at}.interface`, "eth1"),
    vm("configPatches[]", [{ machine: { sysctls: { "vm.swappiness": "30" } } }]),
    there("machines.*.address", `${own}.address`, `10.0.0.7${free}`),
    there("machines.*.interface", `${own}.interface`, "eth1"),
    there("machines.*.installDisk", `${own}.installDisk`, "/dev/vda"),
    single("host", "pve-3"),
    single("cores", 3),
    single("memoryGiB", 5),
    single("diskGiB", 240),
    single("configPatches", [{ machine: { sysctls: { "vm.swappiness": "30" } } }]),
    ["machines.*.labels.*", { turned: { [`${own}.labels.own`]: "2" } }],
  ];
  return Object.fromEntries(
    knobs.map(([key, knob]) => [`${schema}.${key === "machines.*.configPatches" ? "machines.*.configPatches[]" : key}`, knob]),
  );
}

/** Knobs that only the control plane has. */
export const CONTROL_PLANE_KNOBS: Readonly<Record<string, Knob>> = {
  "topology.controlPlane.schedulable": { turned: { "topology.controlPlane.schedulable": true } },
};
