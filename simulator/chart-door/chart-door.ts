import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Answer } from "./answer";
import { Shelf, registryError } from "./answer";
import { understand } from "./question";

/** One request, as it was asked and answered. */
export interface ChartRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly status: number;
}

/** What {@link chartDoor} makes. */
export interface ChartDoor {
  /** For any HTTP server, also one that carries other hosts: who is asked is in the header `Host`. */
  readonly handler: RequestListener;
  /** What was asked, in the order of the answers. */
  readonly requests: readonly ChartRequest[];
}

/** Opens a chart repository and registry: stand-ins of every chart the add-ons name, where their publishers and mirrors have them. */
export function chartDoor(): ChartDoor {
  const shelf = new Shelf();
  const requests: ChartRequest[] = [];
  const handler = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "", headers, url = "/" } = request;
    const host = headers.host ?? "";
    const path = url.replace(/\?.*$/, "");
    const { status, type, body, headers: more } = await answerTo(shelf, method, host, path);
    requests.push({ method, host, path, status });
    response.writeHead(status, { "content-type": type, "content-length": body.length, ...more });
    // Node itself leaves the body out where only the header was asked for.
    response.end(body);
  };
  return {
    requests,
    handler: (request, response) => {
      handler(request, response).catch((error: unknown) => {
        response.destroy(error instanceof Error ? error : undefined);
      });
    },
  };
}

async function answerTo(shelf: Shelf, method: string, host: string, path: string): Promise<Answer> {
  const isRegistry = path.startsWith("/v2/");
  if (method !== "GET" && method !== "HEAD") {
    return isRegistry ? registryError(405, "UNSUPPORTED", "charts are only read here") : plain(405, "charts are only read here");
  }
  const question = understand(host, path);
  if (question) return shelf.answer(question);
  return isRegistry ? registryError(404, "NAME_UNKNOWN", `no chart at ${host}${path}`) : plain(404, `no chart at ${host}${path}`);
}

function plain(status: number, text: string): Answer {
  return { status, type: "text/plain", body: Buffer.from(`${text}\n`) };
}
