import { connect, createServer } from "node:net";
import type { Socket } from "node:net";

/** How long an address may still be taken by whoever had it before, in milliseconds. */
const REBIND_MS = 50;

/** Passes connections to an address on to a port of this machine. */
export class Forwarder {
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((incoming) => {
    this.pass(incoming);
  });
  private closed = false;

  /** @param target port on 127.0.0.1 */
  constructor(
    private readonly address: string,
    private readonly port: number,
    public readonly target: number,
  ) {
    // Whoever dials meanwhile is refused, as by a server that is not up yet.
    this.server.on("error", () => {
      setTimeout(() => {
        if (!this.closed) this.listen();
      }, REBIND_MS).unref();
    });
    this.listen();
  }

  /** Cuts all connections. */
  public close(): void {
    this.closed = true;
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private listen(): void {
    this.server.listen(this.port, this.address);
  }

  private pass(incoming: Socket): void {
    const outgoing = connect(this.target, "127.0.0.1");
    for (const [socket, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      this.sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
    incoming.pipe(outgoing).pipe(incoming);
  }
}
