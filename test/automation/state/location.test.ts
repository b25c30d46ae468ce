import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { backendUrl, bucketOf, locateState, shownUrl } from "../../../automation/state/location";
import { publicEnvironment, stateEnvironment } from "../../../automation/state/environment";
import { openStore } from "../../../automation/state/open-store";
import { state as schema } from "../../../config/state";
import { planOf, stackFile } from "../../stacks";
import type { StateConfig } from "../../../config/state";

const settings = (value: object): { state: StateConfig } => ({ state: schema.parse(value) });
const urlOf = (backend: object): string | undefined => {
  const { state } = settings({ backend });
  assert.ok(state.backend);
  return backendUrl(state.backend, "/project");
};

describe("where a state is", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "location-"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: proxmox-talos\nbackend: { url: gs://of-the-project }\n");
    writeFileSync(join(folder, "credentials.json"), '{ "current": "file:///logged/in" }');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("is said by the environment, the stack file, Pulumi.yaml and pulumi login, in that order", () => {
    const own = settings({ backend: { file: "/srv/state" } });
    const environment = { PULUMI_HOME: folder };
    const found = (more: object, value = own): string => {
      const { url, source } = locateState(value, folder, { ...environment, ...more });
      return `${source}: ${url}`;
    };
    assert.equal(found({ PULUMI_BACKEND_URL: "file:///elsewhere" }), "PULUMI_BACKEND_URL: file:///elsewhere");
    assert.equal(found({ PULUMI_BACKEND_URL: "" }), "the stack file: file:///srv/state");
    assert.equal(found({}, settings({})), "Pulumi.yaml: gs://of-the-project");
    writeFileSync(join(folder, "Pulumi.yaml"), "name: proxmox-talos\n");
    assert.equal(found({}, settings({})), "pulumi login: file:///logged/in");
    assert.equal(found({ PULUMI_HOME: join(folder, "nowhere") }, settings({})), "pulumi login: ");
  });

  it("is a URL that Pulumi reads, with what a store needs", () => {
    assert.equal(urlOf({ s3: { bucket: "lab-state" } }), "s3://lab-state?region=us-east-1");
    assert.equal(
      urlOf({ s3: { bucket: "lab-state", region: "garage", endpoint: "http://192.168.68.5:3900", prefix: "a/b" } }),
      "s3://lab-state/a/b?region=garage&endpoint=http%3A%2F%2F192.168.68.5%3A3900&s3ForcePathStyle=true",
    );
    assert.equal(
      urlOf({ s3: { bucket: "lab-state", endpoint: "https://s3.example.org", pathStyle: false } }),
      "s3://lab-state?region=us-east-1&endpoint=https%3A%2F%2Fs3.example.org",
    );
    assert.equal(urlOf({ file: "states of mine" }), "file:///project/states%20of%20mine");
    assert.equal(urlOf({ file: "~/state" }), `file://${homedir()}/state`);
    assert.equal(urlOf({ cloud: {} }), "https://api.pulumi.com");
    assert.equal(urlOf({ url: "gs://bucket" }), "gs://bucket");
  });

  it("is a bucket again, whoever wrote the URL", () => {
    const url = urlOf({ s3: { bucket: "lab-state", region: "garage", endpoint: "http://192.168.68.5:3900", prefix: "a/b" } });
    assert.deepEqual(bucketOf(url ?? ""), {
      name: "lab-state",
      prefix: "a/b/",
      region: "garage",
      endpoint: "http://192.168.68.5:3900",
      pathStyle: true,
      profile: undefined,
    });
    const older = bucketOf("s3://b?endpoint=minio:9000&disableSSL=true&use_path_style=true&profile=lab", {
      AWS_REGION: "eu-west-1",
    });
    assert.deepEqual(older, {
      name: "b",
      prefix: "",
      region: "eu-west-1",
      endpoint: "http://minio:9000",
      pathStyle: true,
      profile: "lab",
    });
    assert.equal(bucketOf("s3://b?endpoint=minio:9000")?.endpoint, "https://minio:9000");
    assert.equal(bucketOf("gs://b"), undefined);
  });

  it("is opened as what it is: a folder, a bucket, or by Pulumi alone", () => {
    assert.equal(openStore("file:///srv/states%20of%20mine?x=1")?.name, "/srv/states of mine");
    assert.equal(openStore("file://~")?.name, homedir());
    assert.equal(openStore("s3://lab?region=eu-west-1")?.name, "lab/ on AWS (eu-west-1)");
    assert.equal(openStore("https://api.pulumi.com"), undefined);
  });

  it("changes no plan", () => {
    const more = '  proxmox-talos:state: { backend: { s3: { bucket: lab-state } }, secretsProvider: "awskms://alias/lab" }\n';
    assert.deepEqual(planOf(stackFile({ more })), planOf(stackFile()));
  });

  it("is shown without what its user part would tell", () => {
    assert.equal(shownUrl("postgres://lab:hunter2@host/db"), "postgres://****@host/db");
    assert.equal(shownUrl("s3://lab?endpoint=http%3A%2F%2Fa"), "s3://lab?endpoint=http%3A%2F%2Fa");
  });

  it("is told to Pulumi by its own variables, and what is set already counts", async () => {
    const cloud = settings({ backend: { cloud: { organization: "lab" } } });
    const told = { PULUMI_BACKEND_URL: "https://api.pulumi.com", PULUMI_DEFAULT_ORGANIZATION: "lab" };
    assert.deepEqual(publicEnvironment(cloud, folder, {}), told);
    assert.deepEqual(publicEnvironment(cloud, folder, { PULUMI_BACKEND_URL: "file:///x" }), {});
    assert.deepEqual(publicEnvironment(settings({}), folder, {}), {});
    const passphrase = { sops: { file: "nowhere.yaml" } };
    for (const name of ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"]) {
      assert.deepEqual(await stateEnvironment(settings({ passphrase }), folder, { [name]: "" }), {});
    }
  });
});
