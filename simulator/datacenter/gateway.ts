import { valueAt } from "./chart-values";
import type { Cluster, ReleaseRequest } from "./model";
import { RuleBroken } from "./model";

/** Chart of the Gateway API's kinds. */
export const GATEWAY_KINDS = "gateway-api-crds";

/** Cilium's operator looks for the kinds once, when it starts: without them it answers for no Gateway until it starts again. */
export function checkGatewayKinds({ definitions }: Cluster, { name, values }: ReleaseRequest): void {
  if (valueAt(values, "gatewayAPI.enabled") !== true || GATEWAY_KINDS in definitions) return;
  throw new RuleBroken(
    "gateway-kinds-missing",
    `${name}: its operator found no kinds of the Gateway API when it started, and answers for no Gateway until it starts again: ${GATEWAY_KINDS} comes before it`,
  );
}
