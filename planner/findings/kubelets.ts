import { ROTATE } from "../kubelet-certificates";
import type { Finding, Plan } from "../plan";
import { finding } from "./catalog";

const PATH = `kubernetes.args.kubelet.${ROTATE}`;

/** Kubelets that ask for certificates, and whoever approves of them: one is nothing without the other. */
export function judgeKubelets({ kubernetes, addons }: Pick<Plan, "kubernetes" | "addons">): Finding[] {
  const asks = kubernetes.args.kubelet[ROTATE] === "true";
  const approver = addons.kubeletCsrApprover;
  if (asks === (approver !== undefined)) return [];
  return asks
    ? [
        finding(
          "kubelet-approver-missing",
          PATH,
          "kubelets ask for certificates that nobody of the stack approves: without one a kubelet shows nothing, and logs, exec and metrics of its pods fail",
          "add addons.kubeletCsrApprover, or acknowledge where something else approves",
        ),
      ]
    : [
        finding(
          "kubelet-approver-idle",
          PATH,
          "kubelets make their certificates themselves: the approver is asked for none, and who reads from them verifies nothing",
          "take it away: with the approver it is true by default",
        ),
      ];
}
