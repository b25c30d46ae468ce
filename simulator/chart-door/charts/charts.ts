import { ALLOY } from "./alloy";
import { ARGO_CD } from "./argo-cd";
import { DESCHEDULER, KEDA, PROMETHEUS_ADAPTER, VERTICAL_POD_AUTOSCALER } from "./autoscaling";
import type { ChartSource } from "./chart-source";
import { CERT_MANAGER } from "./cert-manager";
import { CILIUM } from "./cilium";
import { EXTERNAL_DNS } from "./external-dns";
import { FLUX_OPERATOR } from "./flux-operator";
import { GATEWAY_API } from "./gateway-api";
import { INGRESS_NGINX } from "./ingress-nginx";
import { KUBE_PROMETHEUS_STACK } from "./kube-prometheus-stack";
import { KUBELET_CSR_APPROVER } from "./kubelet-csr-approver";
import { LOKI, TEMPO } from "./logs-and-traces";
import { LONGHORN } from "./longhorn";
import { METRICS_SERVER } from "./metrics-server";
import { PROXMOX_CCM, PROXMOX_CSI } from "./proxmox-side";
import { TAILSCALE_OPERATOR } from "./tailscale-operator";
import { TRAEFIK } from "./traefik";

/** Every chart that is known here. */
export const CHARTS: readonly ChartSource[] = [
  CILIUM,
  GATEWAY_API,
  LONGHORN,
  KUBE_PROMETHEUS_STACK,
  LOKI,
  TEMPO,
  ALLOY,
  METRICS_SERVER,
  KUBELET_CSR_APPROVER,
  TRAEFIK,
  CERT_MANAGER,
  EXTERNAL_DNS,
  INGRESS_NGINX,
  VERTICAL_POD_AUTOSCALER,
  PROMETHEUS_ADAPTER,
  KEDA,
  DESCHEDULER,
  PROXMOX_CCM,
  PROXMOX_CSI,
  TAILSCALE_OPERATOR,
  FLUX_OPERATOR,
  ARGO_CD,
];

/** Releases a line of versions is listed with: more than most real ones have had. */
const RELEASES = { minors: 20, patches: 20, patchesOfEachMinor: 10 } as const;

/** Versions of a chart that are listed, as an index must name what it has. */
export function listedVersions({ lines, patches = RELEASES.patches }: ChartSource): string[] {
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
  return lines.flatMap((line) =>
    line.includes(".")
      ? upTo(patches).map((patch) => `${line}.${patch}`)
      : upTo(RELEASES.minors).flatMap((minor) => upTo(RELEASES.patchesOfEachMinor).map((patch) => `${line}.${minor}.${patch}`)),
  );
}
