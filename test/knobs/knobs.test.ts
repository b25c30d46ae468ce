import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, it } from "mocha";
import { datacenterSpec } from "../../automation/datacenter-spec";
import { stackConfig } from "../../config/schema";
import { neededSecrets } from "../../config/secrets";
import type { Recording } from "../../simulator/door/recording";
import { blockingFindings } from "../../planner";
import { needed } from "../../planner/addons/order";
import { ALL_ADDONS } from "../../planner/addons/registry";
import type { AddonKey } from "../../planner/plan";
import { record, rehearse } from "../../simulator";
import { blot } from "../../simulator/secrets";
import type { Properties } from "../../simulator/values";
import { plain, redact } from "../../simulator/values";
import { inlineProgram } from "../inline-program";
import { PROJECT, configOf, planOf } from "../stacks";
import { VMS } from "./bases";
import { ADDON_KNOBS } from "./addon-table";
import { NOTIFICATION_KNOBS } from "./notification-table";
import { CONTROL_PLANE_KNOBS, POOLS, poolKnobs } from "./pool-table";
import { leavesOf } from "./schema-leaves";
import { STACK_KNOBS } from "./table";
import type { Edits, Knob } from "./table";

const KNOBS: Readonly<Record<string, Knob>> = Object.assign(
  {},
  STACK_KNOBS,
  ADDON_KNOBS,
  NOTIFICATION_KNOBS,
  ...POOLS.map(poolKnobs),
  CONTROL_PLANE_KNOBS,
) as Record<string, Knob>;

/** The value with another one written at each path. */
function edited(value: object, edits: Edits): object {
  const copy = structuredClone(value) as Record<string, unknown>;
  for (const [path, replacement] of Object.entries(edits)) {
    const keys = path.split(".");
    const last = keys.pop() ?? "";
    const parent = keys.reduce<Record<string, unknown>>((each, key) => (each[key] ??= {}) as Record<string, unknown>, copy);
    if (replacement === undefined) Reflect.deleteProperty(parent, last);
    else parent[last] = structuredClone(replacement);
  }
  return copy;
}

/** A stack file of these concerns; findings that would stop the stack are accepted, too. */
function textOf(concerns: object): string {
  const key = JSON.stringify(concerns);
  const text = texts.get(key) ?? acceptedText(concerns);
  texts.set(key, text);
  return text;
}

const texts = new Map<string, string>();

function acceptedText(concerns: object): string {
  const text = fileOf(concerns);
  const { acknowledge: own = [] } = concerns as { acknowledge?: object[] };
  const codes = new Set(blockingFindings(planOf(text).findings).map(({ code }) => code));
  const others = [...codes].map((code) => ({ code, reason: "this is a test" }));
  return fileOf({ ...concerns, acknowledge: [...own, ...others] });
}

function fileOf(concerns: object): string {
  const config = Object.fromEntries(Object.entries(concerns).map(([name, value]) => [`proxmox-talos:${name}`, value as unknown]));
  // JSON is YAML, and faster to read.
  return JSON.stringify({ config });
}

/** Every so many knobs are turned: each takes a tenth of a second, and `KNOBS=all`, as CI has it, turns them all. */
const STEP = process.env["KNOBS"] === "all" ? 1 : 10;

const known = new Map<string, Promise<string>>();

/**
 * Everything the program asks the engine for, secrets left out; in the order of names, for the file's means nothing.
 *
 * @param whole whether it is carried out, too, and must break no rule
 */
async function requestsOf(concerns: object, whole = false): Promise<string> {
  const text = textOf(concerns);
  const before = known.get(text);
  if (before) return before;
  const requests = asked(text, whole);
  known.set(text, requests);
  return requests;
}

async function asked(text: string, whole: boolean): Promise<string> {
  const config = configOf(text);
  const options = {
    stack: "knobs",
    stackText: text,
    projectDir: PROJECT,
    program: inlineProgram(),
    datacenter: datacenterSpec(config),
    secrets: neededSecrets(config),
  };
  let recording: Recording | undefined;
  if (whole) {
    const { diagnostics, violations } = await rehearse({ ...options, onRecording: (all) => (recording = all) });
    assert.deepEqual([diagnostics, violations], [[], []], text);
  } else {
    recording = await record(options);
    assert.deepEqual([recording.exitCode, recording.diagnostics], [0, []], text);
  }
  assert.ok(recording);
  const { registrations, invocations, stackOutputs } = recording;
  const shown = registrations.map(
    ({ urn, type, dependencies, provider, protect, retainOnDelete, ignoreChanges, deletedWith, inputs }) => [
      [urn, dependencies, provider, protect, retainOnDelete, ignoreChanges, deletedWith],
      shownInputs(type, inputs),
    ],
  );
  const requests = [shown, invocations.map(({ token, inputs }) => [token, redact(inputs)]), redact(stackOutputs)];
  // Hundreds of them are compared with each other: what they are hashed to is small.
  return createHash("sha256").update(JSON.stringify(requests)).digest("hex");
}

/** All of a Kubernetes Secret is a secret to the SDK: what in it is none is said, too. */
function shownInputs(type: string, inputs: Properties): unknown {
  return type === "kubernetes:core/v1:Secret" ? blot(JSON.stringify(plain(inputs))) : redact(inputs);
}

/**
 * The base with no more add-ons than a knob means something with, for each costs a rehearsal its time: its own, what that one needs and
 * what it is given.
 */
function withFewAddons(base: object, path: string, given: Edits): object {
  const { addons = {} } = base as { addons?: Readonly<Record<string, unknown>> };
  const keys = [path, ...Object.keys(given)].map((each) => each.split(".")[1] ?? "");
  const kept = new Set(["cilium", "longhorn", ...keys]);
  // A set that grows while it is walked: what is needed needs others.
  for (const key of kept) {
    for (const { needs } of ALL_ADDONS.filter((each) => each.key === key)) {
      for (const other of needed({ key: key as AddonKey, needs }, ALL_ADDONS)) kept.add(other.key);
    }
  }
  return { ...base, addons: Object.fromEntries(Object.entries(addons).filter(([key]) => kept.has(key))) };
}

describe("every knob of the stack file", function () {
  this.timeout(60_000);

  // The SDK notes where every promise was made: half of the time goes into that, and nobody looks.
  const { stackTraceLimit } = Error;
  before(() => {
    Error.stackTraceLimit = 0;
  });
  after(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });

  it("has an entry in the table, and no other has", () => {
    // What is consented to changes nothing but what `lab diff` says of a change; where the state is, nothing that is deployed; why a policy is
    // looser, nothing but what is told of it.
    const leaves = leavesOf(stackConfig).filter((path) => !/^(consent\[\]|state)\.|^policies\..*\.reason$/.test(path));
    assert.deepEqual(Object.keys(KNOBS).sort(), leaves.sort());
  });

  it("asks for the same twice, whatever the secrets are", async () => {
    const base = edited(withFewAddons(VMS, "addons.tailscaleOperator", {}), {});
    assert.equal(await asked(textOf(base), true), await asked(textOf(base), true));
  });

  for (const [path, { base = VMS, given = {}, turned }] of Object.entries(KNOBS).filter((_, index) => index % STEP === 0)) {
    it(`changes what the program asks for: ${path}`, async () => {
      const unturned = edited(withFewAddons(base, path, given), given);
      assert.notEqual(await requestsOf(edited(unturned, turned)), await requestsOf(unturned, true));
    });
  }
});
