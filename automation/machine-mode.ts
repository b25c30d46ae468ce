import { connect } from "node:tls";

/** What a machine is at: it waits for its first configuration, it has one, or it does not answer. */
export type MachineMode = "maintenance" | "configured" | "away";

/** Port of the Talos API. */
const TALOS_PORT = 50000;
/** Whom a machine without a configuration says it is (Talos' constants.MaintenanceServiceCommonName). */
const MAINTENANCE_NAME = "maintenance-service.talos.dev";
/** A machine on the same network answers at once or not at all. */
const TIMEOUT_MS = 3000;

/** Tells a machine's mode by the certificate it shows. It takes no credentials to see that, and changes nothing. */
export function machineMode(address: string, port = TALOS_PORT): Promise<MachineMode> {
  return new Promise((resolve) => {
    // Nothing is told to whoever answers, so nobody has to vouch for them.
    const socket = connect({ host: address, port, rejectUnauthorized: false, timeout: TIMEOUT_MS });
    const answer = (mode: MachineMode): void => {
      socket.destroy();
      resolve(mode);
    };
    socket.on("secureConnect", () => {
      answer(socket.getPeerCertificate().subject.CN === MAINTENANCE_NAME ? "maintenance" : "configured");
    });
    socket.on("timeout", () => {
      answer("away");
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      // Whoever asks for a certificate before saying who they are has a configuration.
      answer(error.code?.startsWith("ERR_SSL") === true ? "configured" : "away");
    });
  });
}
