import { z } from "zod";
import { alloy } from "./addons/alloy";
import { argoCd } from "./addons/argo-cd";
import { certManager } from "./addons/cert-manager";
import { descheduler, keda, prometheusAdapter, verticalPodAutoscaler } from "./addons/autoscaling";
import { cilium } from "./addons/cilium";
import { externalDns } from "./addons/external-dns";
import { flux } from "./addons/flux";
import { gatewayApi } from "./addons/gateway-api";
import { ingressNginx } from "./addons/ingress-nginx";
import { kubePrometheusStack } from "./addons/kube-prometheus-stack";
import { kubeletCsrApprover } from "./addons/kubelet-csr-approver";
import { loki } from "./addons/loki";
import { longhorn } from "./addons/longhorn";
import { metricsServer } from "./addons/metrics-server";
import { proxmoxCcm, proxmoxCsi } from "./addons/proxmox-side";
import { repository } from "./addons/release";
import { tailscaleOperator } from "./addons/tailscale-operator";
import { tempo } from "./addons/tempo";
import { traefik } from "./addons/traefik";

/** Helm releases the stack owns, one line for each; those that are not named are not there, but for Cilium. */
export const addons = z
  .strictObject({
    mirror: repository("Repository that has all charts, by default each chart's own").optional(),
    cilium,
    gatewayApi: gatewayApi.optional(),
    longhorn: longhorn.optional(),
    kubePrometheusStack: kubePrometheusStack.optional(),
    loki: loki.optional(),
    tempo: tempo.optional(),
    alloy: alloy.optional(),
    metricsServer: metricsServer.optional(),
    kubeletCsrApprover: kubeletCsrApprover.optional(),
    certManager: certManager.optional(),
    traefik: traefik.optional(),
    ingressNginx: ingressNginx.optional(),
    externalDns: externalDns.optional(),
    verticalPodAutoscaler: verticalPodAutoscaler.optional(),
    prometheusAdapter: prometheusAdapter.optional(),
    keda: keda.optional(),
    descheduler: descheduler.optional(),
    proxmoxCcm: proxmoxCcm.optional(),
    proxmoxCsi: proxmoxCsi.optional(),
    tailscaleOperator: tailscaleOperator.optional(),
    flux: flux.optional(),
    argoCd: argoCd.optional(),
  })
  .prefault({})
  .describe("Add-ons");
