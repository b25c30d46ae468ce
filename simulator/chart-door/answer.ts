import { stringify } from "yaml";
import type { ChartSource } from "./charts/chart-source";
import { listedVersions } from "./charts/charts";
import type { ChartPackage } from "./package";
import { MADE, packageChart, sha256 } from "./package";
import type { Question } from "./question";
import { isVersion } from "./question";

/** What is sent back. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Media types of a chart in a registry. */
export const MEDIA_TYPES = {
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.cncf.helm.config.v1+json",
  content: "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
} as const;

/** What a registry has of one chart. */
interface Content {
  readonly type: string;
  readonly bytes: Buffer;
}

/** Everything that can be downloaded, made when it is first asked for. */
export class Shelf {
  private readonly packages = new Map<string, Promise<ChartPackage>>();
  /** Indexes by the charts in them. */
  private readonly indexes = new Map<string, Promise<Buffer>>();
  /** Content of registries by chart and digest. */
  private readonly contents = new Map<string, Content>();

  /** Answers a question that was understood. */
  public async answer(question: Question): Promise<Answer> {
    switch (question.kind) {
      case "index":
        return { status: 200, type: "text/yaml", body: await this.index(question.charts) };
      case "archive":
        return { status: 200, type: "application/gzip", body: (await this.package(question.chart, question.version)).archive };
      case "registry":
        return json(200, {});
      case "tags":
        return json(200, { name: question.repository, tags: listedVersions(question.chart) });
      case "manifest":
        return this.fromRegistry(question.chart, await this.digest(question.chart, question.reference), "MANIFEST_UNKNOWN");
      case "blob":
        return this.fromRegistry(question.chart, question.reference, "BLOB_UNKNOWN");
    }
  }

  private package(source: ChartSource, version: string): Promise<ChartPackage> {
    const key = `${source.name}@${version}`;
    const made = this.packages.get(key) ?? packageChart(source, version);
    this.packages.set(key, made);
    return made;
  }

  private index(charts: readonly ChartSource[]): Promise<Buffer> {
    const key = charts.map(({ name }) => name).join();
    const made = this.indexes.get(key) ?? this.newIndex(charts);
    this.indexes.set(key, made);
    return made;
  }

  private async newIndex(charts: readonly ChartSource[]): Promise<Buffer> {
    const created = MADE.toISOString();
    const entries: Record<string, object[]> = {};
    for (const source of charts) {
      entries[source.name] = await Promise.all(
        listedVersions(source).map(async (version) => {
          const { metadata, archive } = await this.package(source, version);
          return { ...metadata, created, digest: sha256(archive), urls: [`${source.name}-${version}.tgz`] };
        }),
      );
    }
    return Buffer.from(stringify({ apiVersion: "v1", entries, generated: created }));
  }

  /** The digest a manifest is kept under: a tag leads to it, and a digest is one. */
  private async digest(source: ChartSource, reference: string): Promise<string> {
    // Tags have no plus sign.
    const version = reference.replace("_", "+");
    if (!isVersion(version, source)) return reference;
    const { metadata, archive } = await this.package(source, version);
    const config = this.keep(source, MEDIA_TYPES.config, Buffer.from(JSON.stringify(metadata)));
    const layer = this.keep(source, MEDIA_TYPES.content, archive);
    const annotations = {
      "org.opencontainers.image.title": source.name,
      "org.opencontainers.image.version": version,
      "org.opencontainers.image.created": MADE.toISOString(),
    };
    const manifest = { schemaVersion: 2, mediaType: MEDIA_TYPES.manifest, config, layers: [layer], annotations };
    return this.keep(source, MEDIA_TYPES.manifest, Buffer.from(JSON.stringify(manifest))).digest;
  }

  private keep({ name }: ChartSource, type: string, bytes: Buffer): { mediaType: string; digest: string; size: number } {
    const digest = `sha256:${sha256(bytes)}`;
    this.contents.set(`${name}@${digest}`, { type, bytes });
    return { mediaType: type, digest, size: bytes.length };
  }

  private fromRegistry({ name }: ChartSource, digest: string, missing: "MANIFEST_UNKNOWN" | "BLOB_UNKNOWN"): Answer {
    const content = this.contents.get(`${name}@${digest}`);
    if (!content || (content.type === MEDIA_TYPES.manifest) !== (missing === "MANIFEST_UNKNOWN")) {
      return registryError(404, missing, `${name} has no ${digest}`);
    }
    return { status: 200, type: content.type, body: content.bytes, headers: { "docker-content-digest": digest } };
  }
}

/** An error as registries tell it. */
export function registryError(status: number, code: string, message: string): Answer {
  return json(status, { errors: [{ code, message }] });
}

function json(status: number, value: object): Answer {
  return { status, type: "application/json", body: Buffer.from(JSON.stringify(value)) };
}
