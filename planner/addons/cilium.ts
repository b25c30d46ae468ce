import { CILIUM_DEFAULTS, TAILSCALE_MTU } from "../../config/addons/cilium";
import type { EnvironmentClass } from "../../config/metadata";
import type { UnplacedProblem } from "../../config/problem";
import { familiesOf } from "../kubernetes";
import { KUBEPRISM_PORT } from "../ports";
import type { CiliumFacts } from "../plan";
import type { Site } from "../site";
import { ciliumFacts } from "./cilium-facts";
import { judgeAnnouncements } from "./cilium-judge";
import { ciliumResources } from "./cilium-resources";
import type { AddonContext, AddonDefinition, NamedSecret, ResourceKind } from "./definition";
import { gatewayOf, gatewayResources, gatewayValues } from "./gateway";
import { unlessEnabled } from "./idle";
import type { Values } from "./layers";
import { HELM_SECONDS } from "./release";

/** The release is ready when every machine is: the engine creates 16 VMs at once in about 15 s, here with as much again. */
const SECONDS_PER_MACHINE = 2;

/** Pods of each of Hubble's parts in prod: they only hand on what agents keep. */
const HUBBLE_REPLICAS = 3;

/** What an agent asks for: assumed for a lab, in prod as the chart's values.yaml suggests. */
const AGENT_REQUESTS = { homelab: { cpu: "50m", memory: "192Mi" }, prod: { cpu: "100m", memory: "512Mi" } } as const;

/** What each other pod asks for: assumed, the chart says nothing. */
const PART_REQUESTS = { homelab: { cpu: "10m", memory: "64Mi" }, prod: { cpu: "50m", memory: "128Mi" } } as const;

/** Services of its agents, its operator and what Hubble counts, with the ports of the chart's values. */
const METRICS = [
  { service: "cilium-agent", port: 9962 },
  { service: "cilium-operator", port: 9963 },
  { service: "hubble-metrics", port: 9965 },
] as const;

/** The cluster's network: Cilium in place of kube-proxy, reaching the API through KubePrism on every machine. */
export const cilium: AddonDefinition<"cilium"> = {
  key: "cilium",
  chart: "cilium",
  publisher: "https://helm.cilium.io",
  namespace: "kube-system",
  podSecurity: "privileged",
  provides: "network",
  brings: {
    by: "operator",
    kinds: {
      CiliumBGPAdvertisement: kind("v2", "ciliumbgpadvertisements"),
      CiliumBGPClusterConfig: kind("v2", "ciliumbgpclusterconfigs"),
      CiliumBGPPeerConfig: kind("v2", "ciliumbgppeerconfigs"),
      CiliumL2AnnouncementPolicy: kind("v2alpha1", "ciliuml2announcementpolicies"),
      CiliumLoadBalancerIPPool: kind("v2", "ciliumloadbalancerippools"),
    },
  },
  // Its operator looks for the kinds of the Gateway API when it starts, and never again.
  needs: ["gatewayApi"],
  metrics: METRICS,
  reads: sessionPasswords,
  judge: (site, machineCount) => [...judgeCilium(site, machineCount), ...judgeAnnouncements(site)],
  plan: (context) => {
    const gateway = gatewayOf(context);
    const facts = { ...ciliumFacts(context), ...(gateway ? { gateway } : {}) };
    return {
      base: { ...base(context), ...announcing(context, facts), ...gatewayValues(context) },
      overlays: { homelab: requests(context, "homelab"), prod: prod(context) },
      idle: [
        unlessEnabled("hubble.relay"),
        unlessEnabled("hubble.ui"),
        // A budget of one pod keeps nothing apart.
        { at: "operator.podDisruptionBudget", while: { path: "operator.replicas", is: 1 } },
      ],
      timeoutSeconds: Math.max(HELM_SECONDS, SECONDS_PER_MACHINE * context.machines.length),
      resources: [...ciliumResources(context, facts), ...(gateway ? gatewayResources(context, gateway) : [])],
      facts,
    };
  },
};

/** What routers are told: Cilium looks for them in its own namespace. */
function sessionPasswords({ addons: { cilium: config } }: Site): NamedSecret[] {
  return Object.entries(config.bgp?.peers ?? {}).flatMap(([name, { passwordSecret }]) =>
    passwordSecret === undefined
      ? []
      : [
          {
            path: `addons.cilium.bgp.peers.${name}.passwordSecret`,
            name: passwordSecret,
            keys: ["password"],
            meanwhile: `there is no session with ${name} without it`,
          },
        ],
  );
}

function kind(version: string, plural: string): ResourceKind {
  return { apiVersion: `cilium.io/${version}`, plural, scope: "Cluster" };
}

/** Chart values as the Talos documentation asks for (deploying Cilium on Talos). */
function base({ site, setting, machines }: AddonContext<"cilium">): Values {
  const families = familiesOf(site);
  const isWatched = site.addons.kubePrometheusStack !== undefined;
  const { homelab, prod: several } = CILIUM_DEFAULTS.operatorReplicas;
  const replicas = { homelab, prod: Math.min(several, machines.length) };
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
    ipv4: { enabled: families.includes(4) },
    ipv6: { enabled: families.includes(6) },
    // Its pods read their settings once: one that is changed (BGP, L2, the Gateway) is to mean something.
    rollOutCiliumPods: true,
    operator: {
      rollOutPods: true,
      replicas: setting("operatorReplicas").byClass(replicas),
      ...(isWatched ? { prometheus: { metricsService: true } } : {}),
    },
    hubble: {
      relay: { enabled: hubble(setting).relay },
      ui: { enabled: hubble(setting).ui },
      ...(isWatched ? { metrics: { enabled: ["dns", "drop", "tcp"] } } : {}),
    },
    // A Service and no ServiceMonitor: the network comes before whatever knows what that is.
    ...(isWatched ? { prometheus: { enabled: true, metricsService: true } } : {}),
  };
}

/** Announcing addresses is off in the chart; packets to a router over Tailscale are smaller than those between machines. */
function announcing({ setting }: AddonContext<"cilium">, { bgp: planned }: CiliumFacts): Values {
  const [l2, bgp] = [setting("l2").asked, setting("bgp").asked];
  const overTailscale = planned?.peers.some(({ tailscale }) => tailscale) ? bgp?.as(() => TAILSCALE_MTU) : undefined;
  return {
    MTU: setting("mtu").asked ?? overTailscale,
    l2announcements: l2 && { enabled: l2.as(() => true) },
    bgpControlPlane: bgp && { enabled: bgp.as(() => true) },
  };
}

/** The interface shows what the relay collects: asked for the one, the other comes along. */
function hubble(setting: AddonContext<"cilium">["setting"]) {
  const ui = setting("hubble.ui").asked;
  const relay = setting("hubble.relay").asked ?? ui ?? setting("hubble.relay").byClass(CILIUM_DEFAULTS.hubble);
  // Where somebody switched the relay off, that is also why there is no interface.
  const without = relay.value ? setting("hubble.ui").byClass(CILIUM_DEFAULTS.hubble) : relay;
  return { relay, ui: ui ?? without };
}

/** What pods ask for, of every part that is on. */
function requests({ setting }: AddonContext<"cilium">, environmentClass: EnvironmentClass): Values {
  const { relay, ui } = hubble(setting);
  const part = { resources: { requests: PART_REQUESTS[environmentClass] } };
  return {
    resources: { requests: AGENT_REQUESTS[environmentClass] },
    envoy: part,
    operator: part,
    hubble: { ...(relay.value ? { relay: part } : {}), ...(ui.value ? { ui: { backend: part, frontend: part } } : {}) },
  };
}

/** Several of whatever is no agent, on machines that do not fail together. */
function prod(context: AddonContext<"cilium">): Values {
  const { setting, machines, spread } = context;
  const { relay, ui } = hubble(setting);
  const operators = setting("operatorReplicas").asked?.value ?? Math.min(CILIUM_DEFAULTS.operatorReplicas.prod, machines.length);
  const part = (name: string): Values => {
    const replicas = spread.upTo(HUBBLE_REPLICAS);
    return {
      replicas,
      topologySpreadConstraints: spread.constraints({ "k8s-app": name }),
      ...(replicas > 1 ? { podDisruptionBudget: { enabled: true } } : {}),
    };
  };
  const own = { resources: { requests: PART_REQUESTS.prod } };
  return {
    ...requests(context, "prod"),
    // Two operators never share a machine anyway; further apart they go by themselves.
    operator: {
      ...own,
      ...(operators > 1
        ? {
            podDisruptionBudget: { enabled: true },
            topologySpreadConstraints: spread.constraints({ "io.cilium/app": "operator" }),
          }
        : {}),
    },
    hubble: {
      ...(relay.value ? { relay: { ...own, ...part("hubble-relay") } } : {}),
      ...(ui.value ? { ui: { backend: own, frontend: own, ...part("hubble-ui") } } : {}),
    },
  };
}

/** More operators than machines: two never share one, so that the release would wait for a machine that does not come. */
function judgeCilium({ addons: { cilium: config } }: Site, machineCount: number): UnplacedProblem[] {
  const { operatorReplicas } = config;
  if (operatorReplicas === undefined || operatorReplicas <= machineCount) return [];
  return [
    {
      path: "addons.cilium.operatorReplicas",
      value: operatorReplicas,
      message: `more operators than machines, which are ${machineCount}`,
      allowed: `at most ${machineCount}: Cilium runs one operator on a machine`,
      remedy: "lower it, or leave it out",
    },
  ];
}
