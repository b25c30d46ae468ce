import { ACME_SERVERS, CERT_MANAGER_DEFAULTS as DEFAULTS } from "../../config/addons/cert-manager";
import { CREDENTIAL_KEYS, DNS_DEFAULTS } from "../../config/addons/dns";
import { inUrl } from "../addresses";
import type { PlannedGateway } from "../plan";
import type { Site } from "../site";
import type { AddonConfig } from "./definition";
import { gatewayOf } from "./gateway";
import { ingressClassOf } from "./ingress";
import type { Values } from "./layers";
import { BASE, Sourced } from "./sourced";
import type { Origin } from "./sourced";

type Acme = NonNullable<AddonConfig<"certManager">["issuers"][string]["acme"]>;
type Dns01 = NonNullable<Acme["dns01"]>;

/** Algorithms of keys as cert-manager calls them. */
const ALGORITHMS = { "hmac-sha1": "HMACSHA1", "hmac-sha256": "HMACSHA256", "hmac-sha512": "HMACSHA512" } as const;

/** What an issuer is told whose certificates an authority signs that asks whose a name is; its account's key it makes itself. */
export function acmeSpec(name: string, { email, server, http01, dns01 }: Acme, site: Pick<Site, "addons">): Values {
  const at = (key: string): Origin => ({ layer: "stack", path: `addons.certManager.issuers.${name}.acme${key}` });
  const solvers = [
    ...(dns01 ? [{ dns01: dnsSolver(dns01), ...(dns01.zones ? { selector: { dnsZones: dns01.zones } } : {}) }] : []),
    ...(http01 ? [{ http01: answer(http01, site) }] : []),
  ];
  return {
    email: new Sourced(email, at(".email")),
    server: new Sourced(urlOf(server ?? DEFAULTS.acmeServer), server === undefined ? BASE : at(".server")),
    privateKeySecretRef: { name: `${name}-account` },
    solvers: new Sourced(solvers, at("")),
  };
}

/** Who answers on port 80: an Ingress of a class, else a route at the stack's Gateway. */
function answer(http01: NonNullable<Acme["http01"]>, { addons }: Pick<Site, "addons">): object {
  const gateway = answeringGateway(http01, { addons });
  if (!gateway) return { ingress: { ingressClassName: http01.ingressClass ?? ingressClassOf({ addons }) } };
  const { name, namespace } = gateway;
  return { gatewayHTTPRoute: { parentRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name, namespace }] } };
}

/** The Gateway that answers for an issuer, where no Ingress does. */
export function answeringGateway(
  { ingressClass }: NonNullable<Acme["http01"]>,
  { addons }: Pick<Site, "addons">,
): PlannedGateway | undefined {
  return (ingressClass ?? ingressClassOf({ addons })) === undefined
    ? gatewayOf({ site: { addons }, config: addons.cilium })
    : undefined;
}

function urlOf(server: string): string {
  return Object.hasOwn(ACME_SERVERS, server) ? ACME_SERVERS[server as keyof typeof ACME_SERVERS] : server;
}

function dnsSolver({ cloudflare, digitalocean, rfc2136, route53 }: Dns01): object {
  return {
    ...(cloudflare ? { cloudflare: { apiTokenSecretRef: keyOf("cloudflare", cloudflare) } } : {}),
    ...(digitalocean ? { digitalocean: { tokenSecretRef: keyOf("digitalocean", digitalocean) } } : {}),
    ...(rfc2136
      ? {
          rfc2136: {
            nameserver: `${inUrl(rfc2136.server)}:${rfc2136.port ?? DNS_DEFAULTS.port}`,
            tsigKeyName: rfc2136.keyName,
            tsigAlgorithm: ALGORITHMS[rfc2136.algorithm ?? DNS_DEFAULTS.algorithm],
            tsigSecretSecretRef: keyOf("rfc2136", rfc2136),
          },
        }
      : {}),
    ...(route53
      ? {
          route53: {
            region: DNS_DEFAULTS.region,
            ...(route53.hostedZoneId === undefined ? {} : { hostedZoneID: route53.hostedZoneId }),
            accessKeyIDSecretRef: keyOf("route53", route53),
            secretAccessKeySecretRef: keyOf("route53", route53, 1),
          },
        }
      : {}),
  };
}

/** The first key of a Secret with credentials, or another one. */
function keyOf(
  provider: keyof typeof CREDENTIAL_KEYS,
  { credentialSecret }: { readonly credentialSecret: string },
  index = 0,
): object {
  return { name: credentialSecret, key: CREDENTIAL_KEYS[provider][index] };
}
