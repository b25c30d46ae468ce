import { z } from "zod";
import { integer } from "../fields";
import { byClass, foundationShape, namespace } from "./release";

/** What the planner takes where the stack file says nothing; never more pods than machines. */
export const KUBELET_CSR_APPROVER_DEFAULTS = { replicas: { homelab: 1, prod: 2 } } as const;

/** Who signs what kubelets show: with it, theirs are certificates of the cluster that others can verify. */
export const kubeletCsrApprover = z
  .strictObject({
    ...foundationShape("kubeletCsrApprover", "kubelet-csr-approver"),
    namespace: namespace("kubelet-csr-approver"),
    replicas: integer(
      `Pods of the approver, by default ${byClass(KUBELET_CSR_APPROVER_DEFAULTS.replicas)}, at most one on a machine`,
      1,
      5,
    ).optional(),
  })
  .describe("kubelet-csr-approver: certificates of the cluster for the stack's own kubelets, which others then verify");
