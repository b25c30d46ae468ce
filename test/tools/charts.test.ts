import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { footprintOf } from "../../tools/charts/footprint";
import { objectsIn } from "../../tools/charts/helm";
import type { Rendered } from "../../tools/charts/helm";
import { unknownKeys } from "../../tools/charts/known-keys";
import { imagesOf, isFloating } from "../../tools/charts/pods";
import { ChartSources } from "../../tools/charts/sources";
import type { Values } from "../../tools/charts/values";
import type { PlannedRelease } from "../../planner";

describe("npm run charts", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "charts-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };

  describe("finds values that a chart knows nothing of", () => {
    beforeEach(() => {
      write("Chart.yaml", "name: a\nversion: 1.0.0\ndependencies: [{ name: child, alias: kid }]\n");
      write(
        "values.yaml",
        "replicas: 1\nresources: {}\nnothing:\nlist: []\npart: { on: true, deep: { a: 1 } }\nconfig: { known: 1 }\nwhole: { a: 1 }\n",
      );
      write(
        "values.schema.json",
        JSON.stringify({
          properties: {
            typed: { properties: { size: { type: "integer" } } },
            free: { additionalProperties: { type: "string" } },
          },
        }),
      );
      write(
        "templates/a.yaml",
        "x: {{ .Values.read.here }}\ny: {{ toYaml .Values.config }}\n{{- with .Values.whole }}\nz: {{ toYaml . }}\n{{- end }}\n",
      );
      write("charts/child/Chart.yaml", "name: child\nversion: 2.0.0\n");
      write("charts/child/values.yaml", "size: 1\nmore: {}\n");
    });

    const cases: [what: string, values: Values, unknown: string[]][] = [
      ["those in values.yaml are known", { replicas: 2, part: { on: false, deep: { a: 2 } } }, []],
      [
        "whatever is below an empty map, a list or nothing",
        { resources: { a: { b: 1 } }, nothing: { c: 1 }, list: [{ d: 1 }] },
        [],
      ],
      ["those of the schema", { typed: { size: 1 }, free: { any: "x" } }, []],
      ["those that a template reads", { read: { here: 1 } }, []],
      ["those in a map that a template hands on", { config: { own: 1 }, whole: { own: 1 } }, []],
      ["those of a chart it depends on, by its alias", { kid: { size: 2, more: { a: 1 } } }, []],
      ["global ones", { global: { registry: "x" } }, []],
      ["a misspelt key", { replica: 2 }, ["replica"]],
      ["a misspelt key in a part", { part: { off: true, deep: { b: 1 } } }, ["part.off", "part.deep.b"]],
      ["one that the schema lacks", { typed: { length: 1 } }, ["typed.length"]],
      ["one that a dependency lacks", { kid: { length: 1 }, child: { size: 1 } }, ["kid.length", "child.size"]],
      ["one beside what is read", { read: { there: 1 } }, ["read.there"]],
    ];
    for (const [what, values, unknown] of cases) {
      it(what, () => {
        assert.deepEqual(unknownKeys(folder, values), unknown);
      });
    }
  });

  it("takes charts from a folder only in the version that was planned, and says what it misses", () => {
    write("a/Chart.yaml", "name: a\nversion: 1.0.0\n");
    const sources = new ChartSources(folder, folder);
    const release = (name: string, version: string): PlannedRelease => ({ name, chart: name, version }) as PlannedRelease;
    assert.deepEqual(sources.find(release("a", "1.0.0")), { folder: join(folder, "a") });
    assert.deepEqual(sources.find(release("a", "1.0.1")), { missing: "CHARTS_DIR has a 1.0.0, not 1.0.1" });
    assert.deepEqual(sources.find(release("b", "1.0.0")), { missing: "CHARTS_DIR has no folder b with a Chart.yaml" });
  });

  it("sees every image: of containers, of operators' arguments and environment", () => {
    const text = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: a }
spec:
  template:
    spec:
      initContainers: [{ image: "b.example.org/init:1.0" }]
      containers:
        - image: "b.example.org/main:v2@sha256:${"0".repeat(64)}"
          args: ["--reloader=quay.io/x/reloader:v0.1", "--listen=0.0.0.0:9100", "--url=http://a/b:80"]
          command: [run, "docker.io/x/y:v3.1"]
          env: [{ name: CSI, value: "docker.io/x/csi:v1.2" }, { name: N }]
---
apiVersion: v1
kind: List
items:
  - { apiVersion: batch/v1, kind: CronJob, metadata: { name: c }, spec: { jobTemplate: { spec: { template: { spec: { containers: [{ image: "z/job:5" }] } } } } } }
---
# nothing
`;
    assert.deepEqual(imagesOf(objectsIn(text)), [
      "b.example.org/init:1.0",
      `b.example.org/main:v2@sha256:${"0".repeat(64)}`,
      "docker.io/x/csi:v1.2",
      "docker.io/x/y:v3.1",
      "quay.io/x/reloader:v0.1",
      "z/job:5",
    ]);
    assert.deepEqual(
      ["a/b", "a/b:latest", "a/b:stable", "localhost:5000/b", "a/b:v1", `a/b@sha256:${"0".repeat(64)}`].filter(isFloating),
      ["a/b", "a/b:latest", "a/b:stable", "localhost:5000/b"],
    );
  });

  it("reads modes of files as Helm does", () => {
    const text = 'kind: ConfigMap\nmode: 0755\nnumber: 755\nzero: 0\ntext: "0755"\n';
    assert.deepEqual(objectsIn(text), [{ kind: "ConfigMap", mode: 0o755, number: 755, zero: 0, text: "0755" }]);
  });

  describe("reads what pods ask for, and which values that depends on", () => {
    /** A chart: a Deployment whose numbers are values, a DaemonSet behind a switch, a kind that can be chosen. */
    function render(values: Values): Rendered[] | undefined {
      const { replicas, resources, extra, kind } = values as {
        replicas: number;
        resources: object;
        extra: { enabled: boolean; ui: { enabled: boolean } };
        kind: string;
      };
      // As charts refuse what does not go together.
      if (!extra.enabled && extra.ui.enabled) return undefined;
      const pod = (image: string, own: object, tolerations: object[] = []): object => ({
        template: { spec: { containers: [{ image, resources: own }], tolerations } },
      });
      const object = (of: string, name: string, spec: object): Rendered => ({
        apiVersion: "apps/v1",
        kind: of,
        metadata: { name },
        spec,
      });
      return [
        object("Deployment", "main", { replicas, ...pod("a/main:1", resources) }),
        ...(extra.enabled
          ? [object("DaemonSet", "extra", pod("a/extra:1", { requests: { cpu: "10m" } }, [{ operator: "Exists" }]))]
          : []),
        object(kind, "chosen", { replicas: 1, ...pod("a/chosen:1", { limits: { memory: "64Mi" } }) }),
        { apiVersion: "batch/v1", kind: "Job", metadata: { name: "once" }, spec: pod("a/once:1", {}) },
      ];
    }
    const values = {
      replicas: 3,
      resources: { requests: { cpu: "100m", memory: "1Gi" } },
      extra: { enabled: true, ui: { enabled: true } },
      kind: "Deployment",
    };
    const defaults = { replicas: 1, resources: {}, extra: { enabled: false, ui: { enabled: false } }, kind: "Deployment" };
    const nothing = { cpuMillis: { fixed: 0 }, memoryMiB: { fixed: 0 } };

    it("as the chart says it", () => {
      const { images, workloads } = footprintOf(values, defaults, render);
      assert.deepEqual(images, ["a/main:1", "a/once:1"]);
      const chosen = {
        requests: { cpuMillis: { fixed: 0 }, memoryMiB: { fixed: 64 } },
        limits: { ...nothing, memoryMiB: { fixed: 64 } },
      };
      const when = (is: string): object => ({
        when: [{ path: "kind", is, otherwise: is === "Deployment" }],
        images: ["a/chosen:1"],
      });
      assert.deepEqual(workloads, [
        { workload: "DaemonSet/chosen", pods: "worker", ...chosen, ...when("DaemonSet") },
        {
          workload: "DaemonSet/extra",
          pods: "node",
          requests: { ...nothing, cpuMillis: { fixed: 10 } },
          limits: nothing,
          when: [{ path: "extra.enabled", is: true, otherwise: false }],
          images: ["a/extra:1"],
        },
        { workload: "Deployment/chosen", pods: { count: 1 }, ...chosen, ...when("Deployment") },
        {
          workload: "Deployment/main",
          pods: { count: 1, from: "replicas" },
          requests: {
            cpuMillis: { fixed: 0, from: { "resources.requests.cpu": 0 } },
            memoryMiB: { fixed: 0, from: { "resources.requests.memory": 0 } },
          },
          limits: nothing,
        },
        { workload: "StatefulSet/chosen", pods: { count: 1 }, ...chosen, ...when("StatefulSet") },
      ]);
    });

    it("where the chart refuses other numbers, those alone are its own", () => {
      const picky = (each: Values): Rendered[] | undefined => (each["replicas"] === 3 ? render(each) : undefined);
      const main = footprintOf(values, defaults, picky).workloads.find(({ workload }) => workload === "Deployment/main");
      assert.ok(main);
      assert.deepEqual(main.pods, { count: 3 });
      assert.deepEqual(main.requests.cpuMillis, { fixed: 0, from: { "resources.requests.cpu": 0 } });
    });
  });
});
