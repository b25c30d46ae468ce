import { INGRESS_DEFAULTS as DEFAULTS } from "../../config/addons/ingress";
import type { UnplacedProblem } from "../../config/problem";
import { problem } from "../../config/problem";
import type { Site } from "../site";
import { ingressesOn, takesAll } from "./ingress";
import type { IngressKey } from "./ingress";

/** Settings of one controller that mean nothing together. */
export function judgeIngress(key: IngressKey, { addons }: Site, machineCount: number): UnplacedProblem[] {
  const config = addons[key];
  if (!config) return [];
  const { expose = DEFAULTS.expose, addresses, nodePorts, workload, replicas = 0 } = config;
  const path = `addons.${key}`;
  return [
    ...(addresses && (expose !== "loadBalancer" || !addons.cilium.enabled)
      ? [
          problem(
            `${path}.addresses`,
            addresses,
            expose === "loadBalancer" ? "addresses, and no Cilium to hand them out" : `addresses with expose ${expose}`,
            "addresses with expose loadBalancer, where Cilium is the network",
            "leave them out, or have Cilium and expose loadBalancer",
          ),
        ]
      : []),
    ...(Object.keys(nodePorts).length > 0 && expose !== "nodePort"
      ? [
          problem(
            `${path}.nodePorts`,
            nodePorts,
            `ports of every machine with expose ${expose}`,
            "ports with expose nodePort",
            "leave them out, or set expose to nodePort",
          ),
        ]
      : []),
    ...(workload === "Deployment" && expose === "hostPort" && replicas > machineCount
      ? [
          problem(
            `${path}.replicas`,
            replicas,
            `more pods than machines, which are ${machineCount}, and two never share a machine's ports`,
            `at most ${machineCount}`,
            "lower it, or run a DaemonSet",
          ),
        ]
      : []),
  ];
}

/** Controllers that are in each other's way. */
export function judgeIngresses({ addons }: Site): UnplacedProblem[] {
  const on = ingressesOn({ addons });
  const defaults = on.filter((key) => takesAll(key, { addons }));
  const atPorts = on.filter((key) => addons[key]?.expose === "hostPort");
  return [
    ...second(defaults).map(([first, other]) =>
      problem(
        `addons.${other}.defaultClass`,
        true,
        `a second default class: ${first} has it already, and Kubernetes refuses Ingresses without a class then`,
        "true for one ingress controller at most",
        `set addons.${other}.defaultClass or addons.${first}.defaultClass to false`,
      ),
    ),
    ...second(atPorts).map(([first, other]) =>
      problem(
        `addons.${other}.expose`,
        "hostPort",
        `ports 80 and 443 of the machines, which ${first} has already`,
        "hostPort for one ingress controller at most",
        "expose one of them by loadBalancer or nodePort",
      ),
    ),
  ];
}

/** The first of several, beside each other one. */
function second([first, ...others]: readonly IngressKey[]): [IngressKey, IngressKey][] {
  return others.flatMap((other): [IngressKey, IngressKey][] => (first ? [[first, other]] : []));
}
