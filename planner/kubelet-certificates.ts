import type { Site } from "./site";

/** Argument with which a kubelet asks the cluster for its certificate rather than make one itself. */
export const ROTATE = "rotate-server-certificates";

/** Arguments of all kubelets: with an approver in the cluster they ask it for certificates, unless the stack file says otherwise. */
export function kubeletArgs({ addons, kubernetes }: Pick<Site, "addons" | "kubernetes">): Readonly<Record<string, string>> {
  return { ...(addons.kubeletCsrApprover ? { [ROTATE]: "true" } : {}), ...kubernetes.args.kubelet };
}

/** Whether what kubelets show can be verified. */
export function kubeletsVerified(site: Pick<Site, "addons" | "kubernetes">): boolean {
  return kubeletArgs(site)[ROTATE] === "true";
}
