import { connect } from "node:net";

/** Port on which a member of etcd answers its clients, on Talos on the machine's own address. */
const ETCD_PORT = 2379;
/** A machine on the same network answers at once or not at all. */
const TIMEOUT_MS = 2000;

/**
 * Whether etcd runs on a machine. Before its cluster is bootstrapped it does not listen, so one that does was bootstrapped or has
 * joined. It takes no credentials to see that, and changes nothing.
 */
export function etcdRuns(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: ETCD_PORT, timeout: TIMEOUT_MS });
    const answer = (runs: boolean) => (): void => {
      socket.destroy();
      resolve(runs);
    };
    socket.on("connect", answer(true)).on("timeout", answer(false)).on("error", answer(false));
  });
}
