import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

/** Ports of 127.0.0.1 that nobody listens on, all different. Another process may still be faster. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  try {
    return await Promise.all(
      servers.map(
        (server) =>
          new Promise<number>((found, failed) => {
            server.once("error", failed);
            server.listen(0, "127.0.0.1", () => {
              found((server.address() as AddressInfo).port);
            });
          }),
      ),
    );
  } finally {
    await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  }
}
