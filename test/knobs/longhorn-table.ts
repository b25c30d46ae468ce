import type { Edits, Knob } from "./table";

const AT = "addons.longhorn";

/** A class and two jobs. */
const GIVEN: Edits = {
  [`${AT}.classes`]: { database: {} },
  [`${AT}.jobs`]: {
    nightly: { task: "snapshot", cron: "@daily" },
    often: { task: "snapshot", cron: "@hourly", groups: ["databases"] },
  },
};

const TURNED: Readonly<Record<string, unknown>> = {
  "classes.database.replicas": 3,
  "classes.database.dataLocality": "best-effort",
  "classes.database.reclaimPolicy": "Retain",
  "classes.database.filesystem": "xfs",
  "classes.database.pool": "main",
  "classes.database.groups[]": ["databases"],
  "classes.database.default": true,
  "jobs.nightly.task": "snapshot-delete",
  "jobs.nightly.cron": "@weekly",
  "jobs.nightly.retain": 3,
  "jobs.nightly.concurrency": 2,
  "jobs.nightly.groups[]": ["databases"],
  "jobs.nightly.labels.*": { kept: "long" },
};

/** Knobs of Longhorn's classes and jobs. */
export const LONGHORN_KNOBS: Readonly<Record<string, Knob>> = Object.fromEntries(
  Object.entries(TURNED).map(([path, value]): [string, Knob] => [
    `${AT}.${path.replace(/\.(database|nightly)\./, ".*.")}`,
    {
      given: path.endsWith(".default") ? { ...GIVEN, [`${AT}.defaultClass`]: false } : GIVEN,
      turned: { [`${AT}.${path.replace(/(\[\]|\.\*)$/, "")}`]: value },
    },
  ]),
);
