import type { IncomingMessage, ServerResponse } from "node:http";
import { parse } from "yaml";
import { z } from "zod";
import type { Datacenter } from "../datacenter/datacenter";
import { registerSchematic, schematicId } from "../datacenter/image-factory";
import { Faults } from "../faults/faults";
import type { LiveTime } from "../wire/live-time";

/** What the factory reads of a schematic (siderolabs/image-factory pkg/schematic); whatever else is there it refuses. */
const schematicShape = z.strictObject({
  overlay: z.strictObject({ image: z.string(), name: z.string(), options: z.unknown() }).partial().optional(),
  owner: z.string().optional(),
  customization: z
    .strictObject({
      extraKernelArgs: z.array(z.string()),
      meta: z.array(z.strictObject({ key: z.number(), value: z.string() })),
      systemExtensions: z.strictObject({ officialExtensions: z.array(z.string()) }).partial(),
      secureboot: z.strictObject({ includeWellKnownCertificates: z.boolean() }).partial(),
      bootloader: z.string(),
    })
    .partial()
    .nullish(),
});

/** How official extensions are named. The simulated factory has whatever is named so. */
const EXTENSION = /^[a-z0-9-]+\/[a-z0-9-]+$/;

/** Stands in for an image: enough to be downloaded. */
const IMAGE = Buffer.from("QFI\xfb rehearsal disk image\n", "latin1");

/** The Image Factory over a simulated datacenter: schematics, versions, images, and the extensions anybody has asked for. */
export class FactoryDoor {
  /** `<method> <path>` of every request. */
  public readonly requests: string[] = [];
  private readonly schematics = new Map<string, string>();

  /** @param versions Talos releases it builds, for instance `v1.13.9` */
  constructor(
    private readonly dc: Datacenter,
    private readonly time: LiveTime,
    private readonly versions: readonly string[],
    private readonly faults = new Faults(),
  ) {}

  /** Answers one request. */
  public readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    void this.answer(request, response);
  };

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url = "/" } = request;
    this.requests.push(`${method} ${url}`);
    const [, first = "", id = "", ...rest] = new URL(url, "https://factory").pathname.split("/");
    const effect = this.faults.strike(`factory ${method} /${first}`);
    if (effect?.kind === "status") text(response, effect.status, "the factory is away");
    else if (method === "POST" && first === "schematics" && id === "") await this.register(await textOf(request), response);
    else if (first === "schematics" && id !== "") this.show(id, response);
    else if (first === "versions") json(response, 200, this.versions);
    else if (first === "version" && rest.join("/") === "extensions/official") this.extensions(id, response);
    else if (first === "version" && rest.join("/") === "overlays/official") json(response, 200, []);
    else if (first === "image") this.image(id, rest[0] ?? "", response);
    else text(response, 404, "not found");
  }

  private async register(content: string, response: ServerResponse): Promise<void> {
    const parsed = schematicShape.safeParse(yaml(content));
    if (!parsed.success) {
      text(response, 400, `error unmarshaling schematic: ${parsed.error.issues[0]?.message ?? "not a schematic"}`);
      return;
    }
    const unknown = parsed.data.customization?.systemExtensions?.officialExtensions?.find((each) => !EXTENSION.test(each));
    if (unknown !== undefined) {
      text(response, 400, `official extension "${unknown}" is not available for Talos version ${this.versions[0] ?? ""}`);
      return;
    }
    await this.time.run(registerSchematic(this.dc, content));
    const id = schematicId(content);
    this.schematics.set(id, content);
    json(response, 201, { id });
  }

  private show(id: string, response: ServerResponse): void {
    const schematic = this.schematics.get(id);
    if (schematic === undefined) text(response, 404, `schematic ID ${id} not found`);
    else text(response, 200, schematic);
  }

  private extensions(version: string, response: ServerResponse): void {
    const named = [...new Set(Object.values(this.dc.state.schematics).flat())].sort();
    if (!this.versions.includes(version)) text(response, 404, `version ${version} is not available`);
    else
      json(
        response,
        200,
        named.map((name) => ({ name, ref: `ghcr.io/${name}:rehearsal`, digest: "", author: "", description: "" })),
      );
  }

  private image(id: string, version: string, response: ServerResponse): void {
    if (this.dc.state.schematics[id] === undefined) text(response, 404, `schematic ID ${id} not found`);
    else if (!this.versions.includes(version)) text(response, 404, `version ${version} is not available`);
    else response.writeHead(200, { "content-type": "application/octet-stream", "content-length": IMAGE.length }).end(IMAGE);
  }
}

function yaml(content: string): unknown {
  try {
    return parse(content) ?? {};
  } catch {
    return null;
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function text(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "text/plain" }).end(body);
}
