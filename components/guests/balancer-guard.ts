import { connect } from "node:tls";
import { setTimeout as wait } from "node:timers/promises";
import { API_PORT } from "../../planner/endpoint";

/** How long another balancer may take to answer: it boots, and installs two packages. */
const TIMEOUT_MS = 900_000;
const EVERY_MS = 3000;
/** A balancer on the same network answers at once or not at all. */
const ANSWER_MS = 3000;

/** What the guard touches outside of the program. */
export interface BalancerGuardDoors {
  /** Whether an API server answers through the balancer at an address. */
  readonly answers: (address: string) => Promise<boolean>;
  /** Waits that many milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

const DOORS: BalancerGuardDoors = { answers: (address) => answersThrough(address), pause: (milliseconds) => wait(milliseconds) };

/** Keeps the way to the API: a balancer that answers goes only while another one does. */
export class BalancerGuard {
  /** @param addresses of all balancers by name */
  constructor(
    private readonly addresses: Readonly<Record<string, string>>,
    private readonly doors: BalancerGuardDoors = DOORS,
  ) {}

  /**
   * Waits until another balancer answers. One that is alone, or does not answer itself, goes at once: nothing is lost with it.
   *
   * @throws {Error} when no other one answers in time
   */
  public async judge(name: string): Promise<void> {
    const own = this.addresses[name];
    const others = Object.values(this.addresses).filter((address) => address !== own);
    if (own === undefined || others.length === 0 || !(await this.doors.answers(own))) return;
    for (let waited = 0; waited < TIMEOUT_MS; waited += EVERY_MS) {
      for (const address of others) if (await this.doors.answers(address)) return;
      await this.doors.pause(EVERY_MS);
    }
    throw new Error(
      `${name} is the only balancer that leads to the API: none of ${others.join(", ")} does within ${TIMEOUT_MS / 60_000} minutes; ` +
        "look at its console, mend or delete it, and run the update again",
    );
  }
}

/** Whether TLS, which ends at an API server, is spoken behind a balancer's port. */
export function answersThrough(address: string, port = API_PORT): Promise<boolean> {
  return new Promise((resolve) => {
    // Only whether somebody answers: nothing is sent, so nobody has to be vouched for.
    const socket = connect({ host: address, port, rejectUnauthorized: false, timeout: ANSWER_MS });
    const answer = (is: boolean) => (): void => {
      socket.destroy();
      resolve(is);
    };
    socket.on("secureConnect", answer(true)).on("timeout", answer(false)).on("error", answer(false)).on("close", answer(false));
  });
}
