import { UNVERIFIED_KUBELETS } from "../../planner/addons/metrics-server";
import type { ResourcePolicy } from "../policy";
import { TYPES } from "../types";
import { at, isTrue, list, text } from "../values";
import type { Value } from "../values";

/** Figures that autoscalers go by come from who they seem to come from. */
export const verifiedKubelets: ResourcePolicy = {
  name: "verified-kubelets",
  description: "Whoever reads from kubelets verifies them",
  remedy: "add addons.kubeletCsrApprover, with which kubelets have certificates that can be verified",
  severity: "low",
  judge: ({ type, properties }) =>
    type === TYPES.release && list(at(properties, "values", "args")).some(isUnverified)
      ? [`values.args has ${UNVERIFIED_KUBELETS}: anybody's figures are believed`]
      : [],
};

function isUnverified(argument: Value): boolean {
  const [flag, value = "true"] = text(argument)?.split("=") ?? [];
  return flag === UNVERIFIED_KUBELETS && isTrue(value);
}
