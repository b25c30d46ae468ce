import type * as pulumi from "@pulumi/pulumi";
import type { PlannedCilium } from "../../planner/plan";
import { KUBEPRISM_PORT } from "../talos/machine-patches";
import { HelmAddon } from "./helm-addon";
import type { AddonArgs } from "./helm-addon";

/** The cluster's network: Cilium in place of kube-proxy, reaching the API through KubePrism on every machine. */
export class Cilium extends HelmAddon {
  constructor(name: string, args: AddonArgs & { readonly cilium: PlannedCilium }, opts?: pulumi.ComponentResourceOptions) {
    super(name, { ...args, release: args.cilium, values: ciliumValues(args.cilium) }, opts, "Cilium");
  }
}

/** Chart values as the Talos documentation asks for (facts: deploying Cilium on Talos). */
export function ciliumValues(cilium: PlannedCilium): Record<string, unknown> {
  return {
    ipam: { mode: "kubernetes" },
    kubeProxyReplacement: true,
    k8sServiceHost: "localhost",
    k8sServicePort: KUBEPRISM_PORT,
    // Talos mounts the control groups itself and lets no pod load kernel modules.
    cgroup: { autoMount: { enabled: false }, hostRoot: "/sys/fs/cgroup" },
    securityContext: {
      capabilities: {
        ciliumAgent: [
          "CHOWN",
          "KILL",
          "NET_ADMIN",
          "NET_RAW",
          "IPC_LOCK",
          "SYS_ADMIN",
          "SYS_RESOURCE",
          "DAC_OVERRIDE",
          "FOWNER",
          "SETGID",
          "SETUID",
        ],
        cleanCiliumState: ["NET_ADMIN", "SYS_ADMIN", "SYS_RESOURCE"],
      },
    },
    ipv4: { enabled: cilium.ipv4 },
    ipv6: { enabled: cilium.ipv6 },
    operator: { replicas: cilium.operatorReplicas },
    hubble: { relay: { enabled: cilium.hubbleRelay }, ui: { enabled: cilium.hubbleUi } },
  };
}
