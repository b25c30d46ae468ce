import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { AnalyzeRequest, AnalyzerResourceOptions } from "@pulumi/pulumi/proto/analyzer_pb";
import type { AnalyzeResponse, AnalyzerInfo } from "@pulumi/pulumi/proto/analyzer_pb";
import { after, before, describe, it } from "mocha";
import { parse } from "yaml";
import { POLICIES } from "../../policy/catalog";
import { TYPES } from "../../policy/types";
import { PROJECT, stackFile } from "../stacks";

/** Enforcement of policies on the wire. */
const [ADVISORY, MANDATORY, DISABLED] = [0, 1, 2];

/** What the stack file says of policies. */
const SAID = `  proxmox-talos:policies:
    host-access: { level: advisory, reason: it is being mended }
    verified-tls: { level: disabled, reason: it is being mended }
    verified-kubelets: { level: mandatory }
`;

/** Configuration as the language host hands it to packs: all of it as texts. */
function configOf(text: string): string {
  const { config } = parse(text) as { config: Record<string, unknown> };
  return JSON.stringify(Object.fromEntries(Object.entries(config).map(([key, value]) => [key, JSON.stringify(value)])));
}

/** Everything between the engine and the policies, as the language host starts it. */
describe("the policy pack as a process", function () {
  this.timeout(60_000);
  let pack: ChildProcess;
  let client: AnalyzerClient;

  before(async () => {
    const folder = join(PROJECT, "policy");
    const script = join(PROJECT, "node_modules", "@pulumi", "pulumi", "cmd", "run-policy-pack");
    pack = spawn(process.execPath, [script, "127.0.0.1:1", folder], {
      cwd: folder,
      env: {
        PATH: process.env["PATH"],
        PULUMI_NODEJS_STACK: "lab",
        PULUMI_NODEJS_PROJECT: "proxmox-talos",
        PULUMI_CONFIG: configOf(stackFile({ more: SAID }).replace("environment: dev", "environment: prod")),
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    assert.ok(pack.stdout);
    const [port] = (await once(pack.stdout, "data")) as [Buffer];
    client = new AnalyzerClient(`127.0.0.1:${port.toString().trim()}`, credentials.createInsecure());
  });
  after(() => {
    client.close();
    pack.kill();
  });

  it("has all policies, as hard as the stack's environment and file ask for", async () => {
    const info = await new Promise<AnalyzerInfo>((resolve, reject) => {
      client.getAnalyzerInfo(new Empty(), (error, answer) => {
        if (error) reject(error);
        else resolve(answer);
      });
    });
    assert.equal(`${info.getName()} ${info.getVersion()}`, "proxmox-talos 0.1.0");
    assert.deepEqual(
      info.getPoliciesList().map((each) => each.getName()),
      POLICIES.map(({ name }) => name),
    );
    const levels = new Map(info.getPoliciesList().map((each) => [each.getName(), each.getEnforcementlevel()]));
    assert.deepEqual(
      ["pinned-versions", "host-access", "verified-tls", "verified-kubelets"].map((name) => levels.get(name)),
      [MANDATORY, ADVISORY, DISABLED, MANDATORY],
    );
  });

  it("answers with what is wrong with a resource, by what the stack's configuration says", async () => {
    const request = new AnalyzeRequest();
    request.setUrn(`urn:pulumi:lab::proxmox-talos::${TYPES.vm}::stray`);
    request.setType(TYPES.vm);
    request.setName("stray");
    request.setOptions(new AnalyzerResourceOptions());
    request.setProperties(Struct.fromJavaScript({ tags: ["talos"], poolId: "lab", disks: [{}] }));
    const answer = await new Promise<AnalyzeResponse>((resolve, reject) => {
      client.analyze(request, (error, response) => {
        if (error) reject(error);
        else resolve(response);
      });
    });
    const told = answer
      .getDiagnosticsList()
      .map((each) => `${each.getPolicyname()} ${each.getEnforcementlevel()}\n${each.getMessage()}`);
    assert.deepEqual(told, [
      [
        `vm-marks ${MANDATORY}`,
        "Every VM and container has the tags of its stack and is in its resource pool",
        "it lacks the tag lab; give it the stack's tags and pool: without them the guard of VMs takes it for somebody else's",
      ].join("\n"),
    ]);
  });
});
