import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { stringify } from "yaml";
import type { ChartSource } from "./charts/chart-source";
import { COMMON_TEMPLATES } from "./charts/chart-source";
import { written } from "./charts/definition";

/** When everything here was made: the same content always has the same bytes. */
export const MADE = new Date("2024-01-01T00:00:00Z");

/** Place in a gzip header that names the operating system, and the number for none in particular. */
const GZIP_SYSTEM = { offset: 9, unknown: 255 } as const;

/** What `Chart.yaml` says. */
export interface ChartMetadata {
  readonly apiVersion: "v2";
  readonly name: string;
  readonly version: string;
  readonly appVersion: string;
  readonly description: string;
  readonly type: "application";
  readonly kubeVersion?: string;
}

/** A chart at one version, as it is downloaded. */
export interface ChartPackage {
  readonly metadata: ChartMetadata;
  /** The gzipped tar. */
  readonly archive: Buffer;
}

/** Packs a chart at a version. */
export async function packageChart(source: ChartSource, version: string): Promise<ChartPackage> {
  const { name, description, kubeVersion, values, templates, definitions = [] } = source;
  const metadata: ChartMetadata = {
    apiVersion: "v2",
    name,
    version,
    appVersion: version,
    description,
    type: "application",
    ...(kubeVersion === undefined ? {} : { kubeVersion }),
  };
  const files = {
    "Chart.yaml": stringify(metadata),
    "values.yaml": values,
    ...Object.fromEntries(definitions.map((each) => [`crds/${each.metadata.name}.yaml`, written(each)])),
    ...Object.fromEntries(
      Object.entries({ ...COMMON_TEMPLATES, ...templates }).map(([file, text]) => [`templates/${file}`, text]),
    ),
  };
  const tar = pack();
  for (const [file, text] of Object.entries(files)) tar.entry({ name: `${name}/${file}`, mtime: MADE, mode: 0o644 }, text);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  // Not compressed: what compression makes of it depends on the library's version and the processor.
  const archive = gzipSync(Buffer.concat(chunks), { level: 0 });
  archive[GZIP_SYSTEM.offset] = GZIP_SYSTEM.unknown;
  return { metadata, archive };
}

/** Digest of content as registries and indexes write it, without the name of the algorithm. */
export function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
