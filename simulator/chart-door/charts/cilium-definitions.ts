import type { Definition, DefinitionSource } from "./definition";
import { definition } from "./definition";
import { ANYTHING, FLAG, SELECTOR, TEXTS, integer, list, named, object, rule, text } from "./schema";
import type { Schema } from "./schema";

/**
 * Kinds of Cilium 1.20 that the program makes something of, with the fields they have there: pkg/k8s/apis/cilium.io/client/crds of
 * cilium/cilium. Its operator defines them when it starts; no chart has them.
 */

const ASN = 4_294_967_295;
const PORT = 65_535;
const NAME: Schema = { ...text(), minLength: 1, maxLength: 255 };
/** An address of either family; the real pattern is a page long and refuses the same. */
const ADDRESS: Schema = { ...text(), pattern: "^([0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%.+)?)$" };

const PEER = object(
  {
    "name!": NAME,
    peerASN: integer(0, ASN, { format: "int64", default: 0 }),
    peerAddress: ADDRESS,
    peerConfigRef: object({ "name!": text() }),
    autoDiscovery: ANYTHING,
  },
  rule("has(self.peerAddress) || has(self.autoDiscovery)", "one of peerAddress or autoDiscovery must be set"),
);

const CLUSTER_CONFIG = object({
  nodeSelector: SELECTOR,
  "bgpInstances!": named(
    object({
      "name!": NAME,
      localASN: integer(1, ASN, { format: "int64" }),
      localPort: integer(1, PORT),
      peers: named(PEER, { maxItems: 64 }),
    }),
    { minItems: 1, maxItems: 16 },
  ),
});

const PEER_CONFIG = object({
  authSecretRef: text(),
  ebgpMultihop: integer(1, 255, { default: 1 }),
  families: list(object({ "afi!": text("ipv4", "ipv6", "l2vpn", "ls", "opaque"), "safi!": text(), advertisements: SELECTOR })),
  gracefulRestart: object({ "enabled!": FLAG, restartTimeSeconds: integer(1, 4095, { default: 120 }) }),
  timers: object(
    {
      connectRetryTimeSeconds: integer(1, 2_147_483_647, { default: 120 }),
      holdTimeSeconds: integer(3, PORT, { default: 90 }),
      keepAliveTimeSeconds: integer(1, PORT, { default: 30 }),
    },
    rule("self.keepAliveTimeSeconds <= self.holdTimeSeconds", "keepAliveTimeSeconds can not be larger than holdTimeSeconds"),
  ),
  transport: object({ peerPort: integer(1, PORT, { default: 179 }), sourceInterface: text() }),
});

const ADVERTISEMENT = object(
  {
    "advertisementType!": text("PodCIDR", "CiliumPodIPPool", "Service", "Interface"),
    attributes: object({
      communities: object({ large: list(text()), standard: list(text()), wellKnown: list(text()) }),
      localPreference: integer(0, ASN, { format: "int64" }),
    }),
    interface: object({ "name!": text() }),
    selector: SELECTOR,
    service: object({
      "addresses!": list(text("LoadBalancerIP", "ClusterIP", "ExternalIP"), { minItems: 1 }),
      aggregationLengthIPv4: integer(0, 31),
      aggregationLengthIPv6: integer(0, 127),
    }),
  },
  {
    "x-kubernetes-validations": [
      {
        rule: "self.advertisementType != 'Service' || has(self.service)",
        message: "service field is required for the 'Service' advertisementType",
      },
      {
        rule: "self.advertisementType == 'Service' || !has(self.service)",
        message: "service field is not allowed for non-'Service' advertisementType",
      },
      {
        rule: "self.advertisementType != 'PodCIDR' || !has(self.selector)",
        message: "selector field is not allowed for the 'PodCIDR' advertisementType",
      },
    ],
  },
);

const IP_POOL = object({
  allowFirstLastIPs: text("Yes", "No"),
  blocks: list(object({ cidr: { ...text(), format: "cidr" }, start: text(), stop: text() })),
  disabled: { ...FLAG, default: false },
  serviceSelector: SELECTOR,
});

const L2_POLICY = object({
  externalIPs: FLAG,
  interfaces: list(text()),
  loadBalancerIPs: FLAG,
  nodeSelector: SELECTOR,
  serviceSelector: SELECTOR,
});

const NODE_CONFIG = object({ "nodeSelector!": SELECTOR, "defaults!": TEXTS });

const IN_CLUSTER = { group: "cilium.io", scope: "Cluster", versions: ["v2", "v2alpha1"] } as const;

const KINDS: readonly DefinitionSource[] = [
  {
    ...IN_CLUSTER,
    kind: "CiliumBGPAdvertisement",
    fields: { spec: object({ "advertisements!": list(ADVERTISEMENT, { maxItems: 64 }) }) },
  },
  { ...IN_CLUSTER, kind: "CiliumBGPClusterConfig", fields: { spec: CLUSTER_CONFIG } },
  { ...IN_CLUSTER, kind: "CiliumBGPNodeConfigOverride" },
  { ...IN_CLUSTER, kind: "CiliumBGPPeerConfig", fields: { spec: PEER_CONFIG } },
  { ...IN_CLUSTER, kind: "CiliumLoadBalancerIPPool", fields: { spec: IP_POOL } },
  {
    ...IN_CLUSTER,
    kind: "CiliumL2AnnouncementPolicy",
    plural: "ciliuml2announcementpolicies",
    versions: ["v2alpha1"],
    fields: { spec: L2_POLICY },
  },
  { ...IN_CLUSTER, kind: "CiliumPodIPPool", versions: ["v2alpha1"] },
  { ...IN_CLUSTER, kind: "CiliumEgressGatewayPolicy", plural: "ciliumegressgatewaypolicies", versions: ["v2"] },
  { ...IN_CLUSTER, kind: "CiliumClusterwideNetworkPolicy", plural: "ciliumclusterwidenetworkpolicies", versions: ["v2"] },
  { ...IN_CLUSTER, kind: "CiliumNetworkPolicy", plural: "ciliumnetworkpolicies", scope: "Namespaced", versions: ["v2"] },
  { ...IN_CLUSTER, kind: "CiliumNodeConfig", scope: "Namespaced", fields: { spec: NODE_CONFIG } },
];

/** What the operator defines. */
export const CILIUM_DEFINITIONS: readonly Definition[] = KINDS.map(definition);
