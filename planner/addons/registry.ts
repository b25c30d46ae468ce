import type { AddonKey } from "../plan";
import { alloy } from "./alloy";
import { argoCd } from "./argo-cd";
import { certManager } from "./cert-manager";
import { cilium } from "./cilium";
import type { AddonDefinition } from "./definition";
import { descheduler } from "./descheduler";
import { externalDns } from "./external-dns";
import { flux } from "./flux";
import { gatewayApi } from "./gateway-api";
import { ingressNginx } from "./ingress-nginx";
import { keda } from "./keda";
import { kubePrometheusStack } from "./kube-prometheus-stack";
import { kubeletCsrApprover } from "./kubelet-csr-approver";
import { loki } from "./loki";
import { longhorn } from "./longhorn";
import { metricsServer } from "./metrics-server";
import { prometheusAdapter } from "./prometheus-adapter";
import { proxmoxCcm } from "./proxmox-ccm";
import { proxmoxCsi } from "./proxmox-csi";
import { tailscaleOperator } from "./tailscale-operator";
import { tempo } from "./tempo";
import { traefik } from "./traefik";
import { verticalPodAutoscaler } from "./vertical-pod-autoscaler";

/** Every add-on there is, by its key in the stack file: one line each. The type says when one is missing. */
export const ADDONS: { readonly [K in AddonKey]: AddonDefinition<K> } = {
  alloy,
  argoCd,
  certManager,
  cilium,
  descheduler,
  externalDns,
  flux,
  gatewayApi,
  ingressNginx,
  keda,
  kubeletCsrApprover,
  kubePrometheusStack,
  loki,
  longhorn,
  metricsServer,
  prometheusAdapter,
  proxmoxCcm,
  proxmoxCsi,
  tailscaleOperator,
  tempo,
  traefik,
  verticalPodAutoscaler,
};

/** The same as a list, for whoever asks nothing that only one of them knows. */
export const ALL_ADDONS = Object.values(ADDONS) as readonly AddonDefinition[];
