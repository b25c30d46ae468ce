import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer, request } from "node:http";
import type { IncomingHttpHeaders, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { after, before, describe, it } from "mocha";
import { extract } from "tar-stream";
import { parse, parseAllDocuments } from "yaml";
import { DEFAULT_VERSIONS } from "../../config/versions";
import { COMPATIBILITY } from "../../planner/compatibility";
import { ALL_ADDONS } from "../../planner/addons/registry";
import { chartPlace } from "../../planner/addons/release";
import { chartDoor } from "../../simulator/chart-door/chart-door";
import type { ChartDoor } from "../../simulator/chart-door/chart-door";

const MIRROR = "mirror.example.org";

/** Charts and the version a stack gets when its file names none. */
const PINNED = Object.fromEntries(ALL_ADDONS.map(({ key, chart }) => [chart, DEFAULT_VERSIONS[key]]));
const NAMES = Object.keys(PINNED);
const KEYS = Object.fromEntries(ALL_ADDONS.map(({ key, chart }) => [chart, key]));

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Index {
  readonly entries: Readonly<Record<string, readonly { version: string; digest: string; urls: readonly string[] }[]>>;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

interface Manifest {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

const sha256 = (content: Buffer): string => createHash("sha256").update(content).digest("hex");

/** Asks a server on loopback as if it were another host. */
function ask(server: Server, host: string, path: string, method = "GET"): Promise<Reply> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path, method, headers: { host } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
    })
      .on("error", reject)
      .end();
  });
}

const indexes = new Map<string, Index>();

/** An index, parsed once: a mirror's is asked for with every chart. */
function indexIn(text: string): Index {
  const index = indexes.get(text) ?? (parse(text) as Index);
  indexes.set(text, index);
  return index;
}

/** Texts of the files in a chart's archive. */
async function unpacked(archive: Buffer): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  const tar = extract();
  tar.end(gunzipSync(archive));
  for await (const entry of tar) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    files[entry.header.name] = Buffer.concat(chunks).toString();
  }
  return files;
}

describe("chart door", () => {
  let door: ChartDoor;
  let server: Server;
  const get = (host: string, path: string, method?: string): Promise<Reply> => ask(server, host, path, method);

  /** What Helm does to get a chart from where a release says it is. */
  async function download(release: { chart: string; repository?: string | undefined; version: string }): Promise<Buffer> {
    if (release.repository !== undefined) {
      const { host, href } = new URL(`${release.repository}/index.yaml`);
      const index = indexIn((await get(host, new URL(href).pathname)).body.toString());
      const entry = index.entries[release.chart]?.find(({ version }) => version === release.version);
      const archive = await get(host, new URL(entry!.urls[0]!, href).pathname);
      assert.equal(entry!.digest, sha256(archive.body));
      return archive.body;
    }
    const { host, pathname } = new URL(release.chart.replace("oci:", "https:"));
    const manifest = await get(host, `/v2${pathname}/manifests/${release.version}`);
    assert.equal(manifest.status, 200, release.chart);
    const { layers } = JSON.parse(manifest.body.toString()) as Manifest;
    return (await get(host, `/v2${pathname}/blobs/${layers[0]!.digest}`)).body;
  }

  before((done) => {
    door = chartDoor();
    server = createServer(door.handler).listen(0, "127.0.0.1", done);
  });
  after((done) => {
    server.close(done);
  });

  for (const mirror of [undefined, `https://${MIRROR}/charts/`, `oci://${MIRROR}/charts`, `https://${MIRROR}`]) {
    it(`has each chart where a release takes it from ${mirror === undefined ? "its publisher" : `the mirror ${mirror}`}`, async () => {
      for (const name of NAMES) {
        const place = chartPlace(
          ALL_ADDONS.find(({ chart }) => chart === name)!,
          undefined,
          mirror,
        );
        const files = await unpacked(await download({ ...place, version: PINNED[name]! }));
        const { version, ...chart } = parse(files[`${name}/Chart.yaml`]!) as Record<string, unknown>;
        assert.deepEqual([chart["apiVersion"], chart["name"], version], ["v2", name, PINNED[name]]);
      }
    });
  }

  it("has a publisher's folder in a mirror", async () => {
    const { body } = await get("127.0.0.1:5000", "/proxy/helm.cilium.io/index.yaml");
    assert.deepEqual(Object.keys((parse(body.toString()) as Index).entries), ["cilium"]);
    for (const path of ["/charts.longhorn.io/longhorn-1.12.1.tgz", "/v2/ghcr.io/grafana-community/helm-charts/loki/tags/list"]) {
      assert.equal((await get("127.0.0.1:5000", path)).status, 200, path);
    }
  });

  it("lists every version that the compatibility table knows, and serves the others", async () => {
    const { body } = await get(MIRROR, "/index.yaml");
    const listed = Object.entries((parse(body.toString()) as Index).entries).flatMap(([name, entries]) =>
      entries.map(({ version }) => `${KEYS[name] ?? name} ${version}.`),
    );
    const known = COMPATIBILITY.flatMap(({ cilium, charts }) =>
      Object.entries({ cilium, ...charts }).flatMap(([name, lines]) => lines.map((line) => `${name} ${line}.`)),
    );
    assert.deepEqual(
      known.filter((line) => !listed.some((version) => version.startsWith(line))),
      [],
    );
    for (const version of ["99.98.97", "1.0.0-rc.1"]) {
      const files = await unpacked((await get("helm.cilium.io", `/cilium-${version}.tgz`)).body);
      assert.match(files["cilium/Chart.yaml"]!, new RegExp(`^version: ${version}$`, "m"));
      assert.equal((await get(MIRROR, `/v2/loki/manifests/${version}`)).status, 200);
    }
  });

  it("answers as registries do: tags, manifests and blobs by digests that are theirs", async () => {
    const at = "/v2/prometheus-community/charts/kube-prometheus-stack";
    assert.equal((await get("ghcr.io", "/v2/")).status, 200);
    const tags = JSON.parse((await get("ghcr.io", `${at}/tags/list`)).body.toString()) as { tags: string[] };
    assert.ok(tags.tags.includes(PINNED["kube-prometheus-stack"]!));

    const byTag = await get("ghcr.io", `${at}/manifests/88.5.3`);
    const digest = `sha256:${sha256(byTag.body)}`;
    assert.deepEqual(
      [byTag.headers["content-type"], byTag.headers["docker-content-digest"]],
      ["application/vnd.oci.image.manifest.v1+json", digest],
    );
    assert.deepEqual((await get("ghcr.io", `${at}/manifests/${digest}`)).body, byTag.body);

    const { config, layers } = JSON.parse(byTag.body.toString()) as Manifest;
    assert.deepEqual(
      [config, ...layers].map(({ mediaType }) => mediaType),
      ["application/vnd.cncf.helm.config.v1+json", "application/vnd.cncf.helm.chart.content.v1.tar+gzip"],
    );
    for (const blob of [config, ...layers]) {
      const { body } = await get("ghcr.io", `${at}/blobs/${blob.digest}`);
      assert.deepEqual([`sha256:${sha256(body)}`, body.length], [blob.digest, blob.size]);
    }
    // A manifest is no blob, and a chart's blobs are not another's.
    assert.equal((await get("ghcr.io", `${at}/blobs/${digest}`)).status, 404);
    assert.equal((await get("ghcr.io", `/v2/grafana-community/helm-charts/loki/blobs/${config.digest}`)).status, 404);
  });

  it("answers HEAD as GET, without the content", async () => {
    for (const [host, path] of [
      ["helm.cilium.io", "/cilium-1.20.0.tgz"],
      ["ghcr.io", "/v2/grafana-community/helm-charts/tempo/manifests/2.2.4"],
    ] as const) {
      const [head, whole] = [await get(host, path, "HEAD"), await get(host, path)];
      assert.equal(head.body.length, 0);
      for (const name of ["content-length", "content-type", "docker-content-digest"]) {
        assert.equal(head.headers[name], whole.headers[name], name);
      }
      assert.equal(head.headers["content-length"], String(whole.body.length));
    }
  });

  it("has nothing that is not published there", async () => {
    for (const [host, path] of [
      ["helm.cilium.io", "/longhorn-1.12.1.tgz"],
      ["helm.cilium.io", "/charts/index.yaml"],
      ["helm.cilium.io", "/v2/"],
      ["helm.cilium.io", "/v2/cilium/manifests/1.20.0"],
      ["ghcr.io", "/index.yaml"],
      ["ghcr.io", "/v2/grafana/helm-charts/loki/manifests/18.11.0"],
      ["ghcr.io", "/v2/grafana-community/helm-charts/nginx/manifests/1.0.0"],
      ["ghcr.io", "/v2/grafana-community/helm-charts/loki/manifests/v18.11.0"],
      ["ghcr.io", "/v2/grafana-community/helm-charts/loki/manifests/latest"],
      [MIRROR, "/ghcr.io/longhorn-1.12.1.tgz"],
      [MIRROR, "/nginx-1.0.0.tgz"],
      [MIRROR, "/cilium-latest.tgz"],
      [MIRROR, "/"],
      [MIRROR, "//%zz"],
    ] as const) {
      assert.equal((await get(host, path)).status, 404, `${host}${path}`);
    }
    for (const path of ["/index.yaml", "/v2/loki/blobs/uploads/"]) assert.equal((await get(MIRROR, path, "POST")).status, 405);
  });

  it("has the same bytes every time, whoever asks first", async () => {
    const other = createServer(chartDoor().handler);
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    try {
      for (const path of ["/index.yaml", "/v2/loki/manifests/18.11.0", "/longhorn-1.12.1.tgz"]) {
        assert.ok((await ask(other, MIRROR, path)).body.equals((await get(MIRROR, path)).body), path);
      }
    } finally {
      other.close();
    }
    // Nothing of the day, the machine or the compression is in it.
    const archive = (await get(MIRROR, "/tempo-2.2.4.tgz")).body;
    const tar = extract();
    tar.end(gunzipSync(archive));
    for await (const entry of tar) {
      assert.equal(entry.header.mtime.toISOString(), "2024-01-01T00:00:00.000Z");
      entry.resume();
    }
    assert.deepEqual([...archive.subarray(4, 10)], [0, 0, 0, 0, archive[8], 255]);
  });

  it("has charts with the objects of the real ones and a record of their values", async () => {
    const expected: Record<string, string[]> = {
      alloy: ["DaemonSet", "ConfigMap", "Service"].map((kind) => `${kind} {{ include "fullname" . }}`),
      cilium: ["DaemonSet cilium", "Deployment cilium-operator", "Deployment hubble-relay", "Deployment hubble-ui"],
      // Definitions alone.
      "gateway-api-crds": [],
      longhorn: [
        "DaemonSet longhorn-manager",
        "Deployment longhorn-driver-deployer",
        "StorageClass longhorn",
        "ConfigMap longhorn-default-setting",
        "ServiceAccount longhorn-service-account",
        "Job longhorn-uninstall",
      ],
      "kube-prometheus-stack": [
        'Deployment {{ include "fullname" . }}-operator',
        "DaemonSet {{ .Release.Name }}-prometheus-node-exporter",
        'StatefulSet prometheus-{{ include "fullname" . }}-prometheus',
      ],
      loki: ['StatefulSet {{ include "fullname" . }}'],
      tempo: ['StatefulSet {{ include "fullname" . }}'],
      traefik: [
        'Deployment {{ include "fullname" . }}',
        'DaemonSet {{ include "fullname" . }}',
        'IngressClass {{ include "fullname" . }}',
      ],
      "external-dns": ['Deployment {{ include "fullname" . }}', 'Service {{ include "fullname" . }}'],
      "ingress-nginx": [
        'Deployment {{ include "fullname" . }}-controller',
        'DaemonSet {{ include "fullname" . }}-controller',
        "IngressClass {{ .Values.controller.ingressClassResource.name }}",
      ],
      "cert-manager": [
        'Deployment {{ include "fullname" . }}',
        'Deployment {{ include "fullname" . }}-webhook',
        'Deployment {{ include "fullname" . }}-cainjector',
      ],
      "vertical-pod-autoscaler": ["admission-controller", "recommender", "updater"].map(
        (part) => `Deployment {{ include "fullname" . }}-${part}`,
      ),
      "prometheus-adapter": ['Deployment {{ include "fullname" . }}', 'Service {{ include "fullname" . }}'],
      keda: ["Deployment keda-operator", "Deployment keda-operator-metrics-apiserver", "Deployment keda-admission-webhooks"],
      "proxmox-cloud-controller-manager": ['Deployment {{ include "fullname" . }}'],
      "proxmox-csi-plugin": ['Deployment {{ include "fullname" . }}-controller', 'DaemonSet {{ include "fullname" . }}-node'],
      "tailscale-operator": ["Deployment operator", "IngressClass tailscale"],
      "flux-operator": ['Deployment {{ include "fullname" . }}', 'Service {{ include "fullname" . }}'],
      "argo-cd": [
        ...["StatefulSet application-controller", "Deployment server", "Deployment repo-server", "Service server-metrics"],
        "Deployment redis",
      ].map((each) => each.replace(" ", ' {{ .Values.fullnameOverride | default (include "fullname" .) }}-')),
      descheduler: ['CronJob {{ include "fullname" . }}', 'ConfigMap {{ include "fullname" . }}'],
      "kubelet-csr-approver": ['Deployment {{ include "fullname" . }}', 'Service {{ include "fullname" . }}'],
      "metrics-server": ['Deployment {{ include "fullname" . }}', 'Service {{ include "fullname" . }}'],
    };
    for (const name of NAMES) {
      const files = await unpacked((await get(MIRROR, `/${name}-${PINNED[name]}.tgz`)).body);
      const templates = Object.values(files).join("\n");
      const objects = [...templates.matchAll(/^kind: (\w+)\nmetadata:\n {2}name: (.+)$/gm)].map(
        ([, kind, of]) => `${kind} ${of}`,
      );
      assert.deepEqual(
        ["ConfigMap {{ .Release.Name }}-recorded-values", ...expected[name]!].filter((object) => !objects.includes(object)),
        [],
      );
      assert.match(templates, /values\.yaml: \|\n {4}\{\{- \.Values \| toYaml \| nindent 4 \}\}/);
      assert.equal(typeof parse(files[`${name}/values.yaml`]!), "object");
      // Every `if`, `with` and `define` has its end, and no tab gets into YAML.
      const opened = [...templates.matchAll(/\{\{-? *(if|with|range|define) /g)].length;
      assert.equal([...templates.matchAll(/\{\{-? *end *-?\}\}/g)].length, opened, name);
      assert.ok(!templates.includes("\t"), name);
    }
  });

  it("has Longhorn's definitions among what goes with the release, and a hook that has to let it go", async () => {
    const files = await unpacked((await get("charts.longhorn.io", "/longhorn-1.12.1.tgz")).body);
    const definitions = parseAllDocuments(files["longhorn/templates/crds.yaml"]!.replace(/^.*\{\{.*\}\}$/gm, "")).map(
      (document) =>
        document.toJS() as { metadata: { name: string }; spec: { group: string; names: { kind: string; plural: string } } },
    );
    assert.equal(definitions.length, 25);
    for (const { metadata, spec } of definitions) assert.equal(metadata.name, `${spec.names.plural}.${spec.group}`);
    assert.ok(
      ["nodes", "settings", "volumes", "replicas"].every((name) => definitions.some(({ spec }) => spec.names.plural === name)),
    );
    const job = files["longhorn/templates/uninstall-job.yaml"]!;
    assert.match(job, /helm\.sh\/hook: pre-delete$/m);
    assert.match(job, /^ {10}command: \[longhorn-manager, uninstall, --force\]$/m);
  });

  it("has definitions that stay in a folder of their own, as Helm wants them", async () => {
    const files = await unpacked((await get(MIRROR, "/kube-prometheus-stack-88.5.3.tgz")).body);
    const folder = "kube-prometheus-stack/crds/";
    const names = Object.keys(files).filter((name) => name.startsWith(folder));
    assert.equal(names.length, 10);
    for (const name of names) {
      const { metadata } = parse(files[name]!) as { metadata: { name: string } };
      assert.equal(`${folder}${metadata.name}.yaml`, name);
    }
  });

  it("remembers what it was asked", async () => {
    const before = door.requests.length;
    await get("helm.cilium.io", "/index.yaml?x=1");
    await get("ghcr.io", "/v2/grafana-community/helm-charts/nginx/manifests/1.0.0", "HEAD");
    assert.deepEqual(door.requests.slice(before), [
      { method: "GET", host: "helm.cilium.io", path: "/index.yaml", status: 200 },
      { method: "HEAD", host: "ghcr.io", path: "/v2/grafana-community/helm-charts/nginx/manifests/1.0.0", status: 404 },
    ]);
  });
});
