import type { UnplacedProblem } from "../../config/problem";
import { problem } from "../../config/problem";
import type { Site } from "../site";
import { CILIUM_CLASS } from "./gateway";
import { valueAt } from "./layers";

/** A Gateway that nobody could answer for, and two controllers that want the same class. */
export function judgeGateway({ addons }: Site): UnplacedProblem[] {
  const { gateway, values } = addons.cilium;
  if (!gateway) return [];
  const at = "addons.cilium.gateway";
  const { issuers = {} } = addons.certManager ?? {};
  const known = Object.keys(issuers).sort();
  const wrong = (path: string, value: unknown, message: string, allowed: string, remedy: string): UnplacedProblem[] => [
    problem(path, value, message, allowed, remedy),
  ];
  return [
    ...(addons.cilium.enabled
      ? []
      : wrong(at, gateway, "a Gateway, and no Cilium", "a Gateway where Cilium is the network", "have Cilium, or leave it out")),
    ...(addons.gatewayApi
      ? []
      : wrong(
          at,
          gateway,
          "a Gateway, and nothing that brings its kind",
          "a Gateway where addons.gatewayApi is on",
          "add gatewayApi: {} to addons",
        )),
    ...(values["kubeProxyReplacement"] === false || values["kubeProxyReplacement"] === "false"
      ? wrong(
          "addons.cilium.values.kubeProxyReplacement",
          values["kubeProxyReplacement"],
          "Cilium answers for Gateways only in place of kube-proxy",
          "true, or nothing: it is the plan's own value",
          "take it away, or the gateway",
        )
      : []),
    ...(valueAt(addons.traefik?.values, "gatewayClass.name") === CILIUM_CLASS
      ? wrong(
          "addons.traefik.values.gatewayClass.name",
          CILIUM_CLASS,
          "the class that Cilium answers for: two controllers would write over each other's answers",
          "any other name",
          "leave it out: Traefik's own class is traefik",
        )
      : []),
    // On a fresh cluster, nothing tells when GitOps has brought the kind of its certificate.
    ...(gateway.https && addons.certManager && addons.certManager.managedBy !== "stack"
      ? wrong(
          "addons.certManager.managedBy",
          addons.certManager.managedBy,
          "the certificate of addons.cilium.gateway waits for it and stays behind",
          "stack",
          "leave cert-manager with the stack, or have the Gateway without https",
        )
      : []),
    ...(gateway.https && issuers[gateway.https.issuer] === undefined
      ? wrong(
          `${at}.https.issuer`,
          gateway.https.issuer,
          `no issuer ${gateway.https.issuer}`,
          known.length > 0 ? known.join(", ") : "nothing: addons.certManager has no issuers",
          "correct it, or add it to addons.certManager.issuers",
        )
      : []),
  ];
}
