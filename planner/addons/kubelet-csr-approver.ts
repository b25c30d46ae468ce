import { KUBELET_CSR_APPROVER_DEFAULTS as DEFAULTS } from "../../config/addons/kubelet-csr-approver";
import { familyOf } from "../addresses";
import type { PlannedMachine } from "../plan";
import type { AddonContext, AddonDefinition } from "./definition";
import type { Values } from "./layers";
import type { Sourced } from "./sourced";

type Context = AddonContext<"kubeletCsrApprover">;

/** What a pod asks for in a lab: the chart's own is a tenth of a processor for a program that has nothing to do most days; assumed. */
const LAB_REQUESTS = { cpu: "10m", memory: "32Mi" } as const;

/** Labels the chart gives its pods. */
const POD_LABELS = {
  "app.kubernetes.io/instance": "kubelet-csr-approver",
  "app.kubernetes.io/name": "kubelet-csr-approver",
} as const;

const METRICS_PORT = 8080;

/** Certificates for kubelets, of the plan's own machines and of nobody else. */
export const kubeletCsrApprover: AddonDefinition<"kubeletCsrApprover"> = {
  key: "kubeletCsrApprover",
  chart: "kubelet-csr-approver",
  publisher: "https://postfinance.github.io/kubelet-csr-approver",
  podSecurity: "baseline",
  needs: ["network"],
  metrics: { service: "kubelet-csr-approver", port: METRICS_PORT },
  plan: (context) => ({
    base: base(context),
    overlays: { homelab: { resources: { requests: LAB_REQUESTS } }, prod: { affinity: apart(context) } },
    facts: {},
  }),
};

function base(context: Context): Values {
  return {
    replicas: replicas(context),
    providerRegex: `^(${context.machines.map(({ name }) => name.replaceAll(".", "\\.")).join("|")})$`,
    providerIpPrefixes: context.machines.flatMap(addressesOf),
    // Talos' machines have names that no DNS knows; name and address of each are compared with the plan's instead.
    bypassDnsResolution: true,
    // A machine may ask before the release knows it: what is not denied is approved when it does.
    skipDenyStep: true,
  };
}

/** A machine's own addresses, each as a network: no kubelet gets a certificate for the address of another thing. */
function addressesOf({ address, addresses }: PlannedMachine): string[] {
  const own = addresses.length > 0 ? addresses : [{ address, family: familyOf(address) }];
  return own.map((each) => `${each.address}/${each.family === 4 ? 32 : 128}`);
}

/** Wished for and never insisted on. */
function apart({ spread }: Context): Values {
  const term = { topologyKey: spread.topologyKey, labelSelector: { matchLabels: POD_LABELS } };
  return {
    podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term }] },
  };
}

function replicas({ setting, spread }: Context): Sourced<number> {
  const { homelab, prod } = DEFAULTS.replicas;
  return setting("replicas").byClass({ homelab, prod: spread.upTo(prod) });
}
