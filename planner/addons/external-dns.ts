import { CREDENTIAL_KEYS, DNS_DEFAULTS } from "../../config/addons/dns";
import { EXTERNAL_DNS_DEFAULTS as DEFAULTS } from "../../config/addons/external-dns";
import type { UnplacedProblem } from "../../config/problem";
import { problem } from "../../config/problem";
import type { Site } from "../site";
import type { AddonContext, AddonDefinition, NamedSecret } from "./definition";
import type { Values } from "./layers";

type Context = AddonContext<"externalDns">;

/** What its pod asks for: assumed. It elects no leader, so that there is one everywhere. */
const REQUESTS = { homelab: { cpu: "10m", memory: "64Mi" }, prod: { cpu: "50m", memory: "128Mi" } } as const;

/** Environment variables that credentials are read from, in the order of {@link CREDENTIAL_KEYS}. */
const VARIABLES = {
  cloudflare: ["CF_API_TOKEN"],
  route53: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
  rfc2136: ["EXTERNAL_DNS_RFC2136_TSIG_SECRET"],
  pihole: ["EXTERNAL_DNS_PIHOLE_PASSWORD"],
} as const;

const PROVIDERS = Object.keys(VARIABLES) as readonly (keyof typeof VARIABLES)[];

/** Routes at a Gateway, which names are read from where a stack has one. */
const GATEWAY_SOURCE = "gateway-httproute" as const;

/** Names in DNS. */
export const externalDns: AddonDefinition<"externalDns"> = {
  key: "externalDns",
  chart: "external-dns",
  publisher: "https://kubernetes-sigs.github.io/external-dns",
  podSecurity: "baseline",
  // Of the sources, kinds of objects are there once who brings them is.
  needs: ["network", "traefik", "gatewayApi"],
  metrics: { service: "external-dns", port: 7979 },
  reads: credentials,
  judge: judgeSources,
  plan: (context) => ({
    base: base(context),
    overlays: { homelab: { resources: { requests: REQUESTS.homelab } }, prod: { resources: { requests: REQUESTS.prod } } },
    idle: [],
    facts: {},
  }),
};

function base(context: Context): Values {
  const { site, setting } = context;
  return {
    sources: setting("sources").or([...DEFAULTS.sources, ...(site.addons.cilium.gateway ? [GATEWAY_SOURCE] : [])]),
    policy: setting("policy").or(DEFAULTS.policy),
    domainFilters: setting("domainFilters").asked,
    ...(setting("provider.pihole").asked
      ? // Pi-hole has no place for a note of whose a name is.
        { registry: "noop" }
      : { registry: "txt", txtOwnerId: site.metadata.name }),
    ...merged(providerOf(context), { "default-targets": setting("targets").asked }),
  };
}

/** What a provider needs, with further arguments. */
function merged(provider: Values, args: Values): Values {
  return { ...provider, extraArgs: { ...(provider["extraArgs"] as Values), ...args } };
}

function providerOf({ setting }: Context): Values {
  const cloudflare = setting("provider.cloudflare").asked;
  if (cloudflare) {
    const proxied = setting("provider.cloudflare.proxied").asked;
    return {
      provider: { name: cloudflare.as(() => "cloudflare") },
      env: setting("provider.cloudflare.credentialSecret").asked?.as((secret) => environment("cloudflare", secret)),
      extraArgs: { "cloudflare-proxied": proxied },
    };
  }
  const route53 = setting("provider.route53").asked;
  if (route53) {
    return {
      provider: { name: route53.as(() => "aws") },
      env: setting("provider.route53.credentialSecret").asked?.as((secret) => [
        // Route 53 is the same everywhere, and its client wants a region all the same.
        { name: "AWS_DEFAULT_REGION", value: DNS_DEFAULTS.region },
        ...environment("route53", secret),
      ]),
      extraArgs: { "aws-zone-type": setting("provider.route53.zoneType").asked },
    };
  }
  const pihole = setting("provider.pihole").asked;
  if (pihole) {
    return {
      provider: { name: pihole.as(() => "pihole") },
      env: setting("provider.pihole.credentialSecret").asked?.as((secret) => environment("pihole", secret)),
      extraArgs: { "pihole-server": setting("provider.pihole.server").asked, "pihole-api-version": "6" },
    };
  }
  return {
    provider: { name: setting("provider.rfc2136").asked?.as(() => "rfc2136") },
    env: setting("provider.rfc2136.credentialSecret").asked?.as((secret) => environment("rfc2136", secret)),
    extraArgs: {
      "rfc2136-host": setting("provider.rfc2136.server").asked,
      "rfc2136-port": setting("provider.rfc2136.port").or(DNS_DEFAULTS.port),
      "rfc2136-zone": setting("domainFilters").asked,
      "rfc2136-tsig-keyname": setting("provider.rfc2136.keyName").asked,
      "rfc2136-tsig-secret-alg": setting("provider.rfc2136.algorithm").or(DNS_DEFAULTS.algorithm),
      // To know what is there already; without it, names of others would be written over.
      "rfc2136-tsig-axfr": true,
    },
  };
}

function environment(provider: keyof typeof VARIABLES, secret: string): object[] {
  return VARIABLES[provider].map((name, index) => ({
    name,
    valueFrom: { secretKeyRef: { name: secret, key: CREDENTIAL_KEYS[provider][index] } },
  }));
}

/** What it is at its provider. */
function credentials({ addons: { externalDns: config } }: Site): NamedSecret[] {
  return PROVIDERS.flatMap((provider): NamedSecret[] => {
    const secret = config?.provider[provider]?.credentialSecret;
    if (secret === undefined) return [];
    const path = `addons.externalDns.provider.${provider}.credentialSecret`;
    return [{ path, name: secret, keys: CREDENTIAL_KEYS[provider], meanwhile: "external-dns and its release wait for it" }];
  });
}

/** Kinds of objects that nothing brings: it would end at once, again and again. */
function judgeSources({ addons: { externalDns: config, traefik, gatewayApi } }: Site): UnplacedProblem[] {
  const { sources = [] } = config ?? {};
  const wrong = (message: string, allowed: string, remedy: string): UnplacedProblem =>
    problem("addons.externalDns.sources", sources, message, allowed, remedy);
  const routes = sources.find((source) => source.startsWith("gateway-"));
  return [
    ...(sources.includes("traefik-proxy") && !traefik
      ? [
          wrong(
            "names of Traefik's objects, and no Traefik",
            "traefik-proxy where addons.traefik is on",
            "add addons.traefik, or leave traefik-proxy out",
          ),
        ]
      : []),
    ...(routes !== undefined && !gatewayApi
      ? [
          wrong(
            "names of routes at Gateways, and nothing that brings their kinds",
            `${routes} where addons.gatewayApi is on`,
            `add gatewayApi: {} to addons, or leave ${routes} out`,
          ),
        ]
      : []),
  ];
}
