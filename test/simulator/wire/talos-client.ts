import { Metadata, credentials } from "@grpc/grpc-js";
import type { ChannelCredentials, Client, ServiceError } from "@grpc/grpc-js";
import { talosProtocol } from "../../../simulator/talos-door/protocol";
import { issue } from "../../../simulator/wire/certificates";
import type { KeyPair } from "../../../simulator/wire/certificates";

export type Reply = Record<string, unknown>;
type Callback = (error: ServiceError | null, reply: Reply) => void;

const DEADLINE_MS = 5000;

/** What talosctl does, as far as tests need it. */
export class TalosClient {
  private readonly opened: Client[] = [];

  /**
   * @param names name in the certificate of each address
   * @param authority of the cluster; without one nothing is verified, as in maintenance mode
   */
  constructor(
    private readonly port: number,
    private readonly names: Readonly<Record<string, string>>,
    private readonly authority?: KeyPair,
    private readonly role = "os:admin",
  ) {}

  /** One question, one answer. */
  public call(address: string, name: string, request: object = {}): Promise<Reply> {
    return this.answered((callback) => {
      this.method(address, name)(request, metadataFor(address), options(), callback);
    });
  }

  /** All bytes of a stream. */
  public download(address: string, name: string): Promise<Buffer> {
    const stream = this.method(address, name)({}, metadataFor(address), options()) as NodeJS.EventEmitter;
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      stream.on("data", ({ bytes }: { bytes: Buffer }) => chunks.push(bytes));
      stream.on("error", reject);
      stream.on("end", () => {
        resolve(Buffer.concat(chunks));
      });
    });
  }

  /** Bytes in pieces, as talosctl sends a file. */
  public upload(address: string, name: string, data: Buffer): Promise<Reply> {
    return this.answered((callback) => {
      const stream = this.method(address, name)(metadataFor(address), options(), callback) as {
        write(message: object): void;
        end(): void;
      };
      for (let at = 0; at < data.length; at += 100) stream.write({ bytes: data.subarray(at, at + 100) });
      stream.end();
    });
  }

  public close(): void {
    for (const client of this.opened) client.close();
  }

  private method(address: string, name: string): (...args: unknown[]) => unknown {
    // TLS has no names that are addresses: Node.js warns of them.
    const name_ = { "grpc.ssl_target_name_override": this.names[address] ?? "" };
    const client = new (talosProtocol().machine)(`${address}:${this.port}`, this.credentials(), name_);
    this.opened.push(client);
    return (client[name] as (...args: unknown[]) => unknown).bind(client);
  }

  private answered(ask: (callback: Callback) => void): Promise<Reply> {
    return new Promise((resolve, reject) => {
      ask((error, reply) => {
        if (error) reject(error);
        else resolve(reply);
      });
    });
  }

  private credentials(): ChannelCredentials {
    if (!this.authority) {
      return credentials.createSsl(null, null, null, { rejectUnauthorized: false, checkServerIdentity: () => undefined });
    }
    const { certificate, key } = issue(this.authority, {
      commonName: "test",
      organizations: [this.role],
      usages: ["client"],
    });
    return credentials.createSsl(Buffer.from(this.authority.certificate), Buffer.from(key), Buffer.from(certificate));
  }
}

function metadataFor(address: string): Metadata {
  const metadata = new Metadata();
  metadata.set("node", address);
  return metadata;
}

function options(): { deadline: number } {
  return { deadline: Date.now() + DEADLINE_MS };
}
