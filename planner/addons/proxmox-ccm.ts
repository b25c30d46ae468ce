import { PROXMOX_SIDE_DEFAULTS as DEFAULTS } from "../../config/addons/proxmox-side";
import type { AddonDefinition } from "./definition";
import { accessSecret, accessValues, judgeVms } from "./proxmox-access";
import type { Access } from "./proxmox-access";

const ACCESS: Access = { token: DEFAULTS.ccmToken, secretName: "proxmox-ccm-access", secret: "proxmoxCcmTokenSecret" };

/** What a pod asks for where there are more machines than the chart's own figure is for: assumed. */
const PROD_REQUESTS = { cpu: "25m", memory: "64Mi" } as const;

/** Nodes by their VMs. */
export const proxmoxCcm: AddonDefinition<"proxmoxCcm"> = {
  key: "proxmoxCcm",
  chart: "proxmox-cloud-controller-manager",
  publisher: "oci://ghcr.io/sergelogvinov/charts",
  podSecurity: "baseline",
  needs: ["network"],
  judge: (site) => judgeVms("proxmoxCcm", site),
  plan: (context) => ({
    base: {
      ...accessValues(context, ACCESS),
      // The other one, cloud-node, takes every address but the name from nodes whose kubelets were not started with an external cloud
      // provider, and those that were are tainted until it runs. The plan says by itself where nodes are and which VMs they are.
      enabledControllers: ["cloud-node-lifecycle"],
    },
    overlays: { homelab: {}, prod: { resources: { requests: PROD_REQUESTS } } },
    secrets: [accessSecret(context, ACCESS)],
    facts: {},
  }),
};
