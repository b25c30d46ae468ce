import type { Plan, PlannedHost } from "../plan";
import type { Made, Pending } from "./made";
import type { Survey } from "./survey";

/** What hosts are held to. */
export interface HostExpectations {
  readonly plan: Plan;
  readonly made: Made;
  readonly pending: Pending;
  readonly survey: Survey;
  /** Whether a path's rights are missing, which is told by itself: what is there cannot be seen then. */
  readonly isHidden: (path: string) => boolean;
}

/** What is held to one host. */
export interface HostExpected extends HostExpectations {
  readonly host: PlannedHost;
  /** VMs that an update makes or changes there. */
  readonly vms: Pending["vms"];
}
