import { DNS01_PROVIDERS, CERT_MANAGER_DEFAULTS as DEFAULTS } from "../../config/addons/cert-manager";
import { CREDENTIAL_KEYS } from "../../config/addons/dns";
import type { UnplacedProblem } from "../../config/problem";
import { problem } from "../../config/problem";
import type { Site } from "../site";
import { acmeSpec, answeringGateway } from "./acme";
import type { AddonConfig, AddonContext, AddonResource, NamedSecret } from "./definition";
import { ingressClassOf } from "./ingress";
import { BASE, Sourced } from "./sourced";
import type { Origin } from "./sourced";

type Issuers = AddonConfig<"certManager">["issuers"];
type Issuer = Issuers[string];

const HOURS_PER_YEAR = 8766;

/** Issuers and what they sign with. */
export function issuerResources({ site, config }: AddonContext<"certManager">): AddonResource[] {
  return Object.entries(config.issuers).flatMap(([name, { selfSigned, acme }]) => [
    ...(selfSigned ? authority(name, selfSigned, site) : []),
    ...(acme ? [{ kind: "ClusterIssuer", name, spec: { acme: acmeSpec(name, acme, site) } }] : []),
  ]);
}

/** What issuers are at their DNS providers: of ClusterIssuers, Secrets are in cert-manager's own namespace. */
export function solverSecrets({ addons: { certManager } }: Site): NamedSecret[] {
  return Object.entries(certManager?.issuers ?? {}).flatMap(([name, { acme }]) =>
    DNS01_PROVIDERS.flatMap((provider): NamedSecret[] => {
      const secret = acme?.dns01?.[provider]?.credentialSecret;
      if (secret === undefined) return [];
      const path = `addons.certManager.issuers.${name}.acme.dns01.${provider}.credentialSecret`;
      return [{ path, name: secret, keys: CREDENTIAL_KEYS[provider], meanwhile: `certificates of ${name} wait for it` }];
    }),
  );
}

/** Issuers that cannot do what they are asked. */
export function judgeIssuers(site: Site): UnplacedProblem[] {
  const { issuers = {} } = site.addons.certManager ?? {};
  return Object.entries(issuers).flatMap(([name, { selfSigned, acme }]) => [
    ...(acme?.http01 && (acme.http01.ingressClass ?? ingressClassOf(site)) === undefined && !answeringGateway(acme.http01, site)
      ? [
          problem(
            `addons.certManager.issuers.${name}.acme.http01`,
            acme.http01,
            "an answer on port 80, and no ingress controller that gives it",
            "http01 where addons.traefik is on or Cilium has a Gateway, or with the ingressClass of another controller",
            "add addons.traefik, name the ingressClass, or take dns01",
          ),
        ]
      : []),
    ...(selfSigned && Object.hasOwn(issuers, rootOf(name))
      ? [
          problem(
            `addons.certManager.issuers.${rootOf(name)}`,
            rootOf(name),
            `the name of what signs the certificate of ${name}`,
            "any other name",
            "rename one of the two",
          ),
        ]
      : []),
  ]);
}

function rootOf(name: string): string {
  return `${name}-root`;
}

/** An issuer that signs itself signs the authority's certificate, with which the issuer proper signs all others. */
function authority(name: string, config: NonNullable<Issuer["selfSigned"]>, site: Site): AddonResource[] {
  const at = (key: string): Origin => ({ layer: "stack", path: `addons.certManager.issuers.${name}.selfSigned.${key}` });
  const { commonName, years } = config;
  const secretName = `${name}-ca`;
  return [
    { kind: "ClusterIssuer", name: rootOf(name), spec: { selfSigned: {} } },
    {
      kind: "Certificate",
      name,
      spec: {
        isCA: true,
        commonName: commonName === undefined ? `${site.metadata.name} ${name}` : new Sourced(commonName, at("commonName")),
        secretName,
        duration: new Sourced(`${(years ?? DEFAULTS.caYears) * HOURS_PER_YEAR}h0m0s`, years === undefined ? BASE : at("years")),
        // Another key would be another authority: all that trust this one would have to be told anew.
        privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Never" },
        issuerRef: { name: rootOf(name), kind: "ClusterIssuer", group: "cert-manager.io" },
      },
    },
    { kind: "ClusterIssuer", name, spec: { ca: { secretName } } },
  ];
}
