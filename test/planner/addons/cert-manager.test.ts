import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Plan, PlannedResource } from "../../../planner/plan";
import { addonsIn, at, valuesOf } from "../../addons";

const releaseOf = (environment: string, settings: object): Plan["addons"]["certManager"] =>
  addonsIn(environment, { certManager: settings }).certManager;

const resourcesOf = (issuers: object): readonly PlannedResource[] => releaseOf("prod", { issuers })?.resources ?? [];

/** The solvers of the only issuer there is. */
const solversOf = (acme: object): unknown => {
  const [issuer] = resourcesOf({ le: { acme: { email: "a@example.org", ...acme } } });
  return (issuer?.spec as { acme: { solvers: unknown } }).acme.solvers;
};

describe("cert-manager", () => {
  const parts = ["", "webhook.", "cainjector."];

  it("brings its kinds of objects; one pod of each part in a lab, two with budgets in prod", () => {
    const [lab, prod] = [releaseOf("homelab", {}), releaseOf("prod", {})];
    assert.deepEqual(valuesOf(lab, ["crds.enabled"]), [true]);
    const figures = parts.flatMap((part) => [`${part}replicaCount`, `${part}podDisruptionBudget`]);
    assert.deepEqual(valuesOf(lab, figures), [1, undefined, 1, undefined, 1, undefined]);
    assert.deepEqual(valuesOf(prod, figures), [2, { enabled: true }, 2, { enabled: true }, 2, { enabled: true }]);
    const spread = parts.map((part) => valuesOf(prod, [`${part}topologySpreadConstraints`])[0]) as {
      labelSelector: { matchLabels: Record<string, string> };
    }[][];
    assert.deepEqual(
      spread.map(([first]) => first?.labelSelector.matchLabels["app.kubernetes.io/name"]),
      ["cert-manager", "webhook", "cainjector"],
    );
    assert.deepEqual(prod?.resources, []);
  });

  it("asks the DNS servers it is given, and no others", () => {
    const release = releaseOf("prod", { nameservers: ["1.1.1.1", "fd00::1"] });
    assert.equal(at(release, "dns01RecursiveNameservers"), '"1.1.1.1:53,[fd00::1]:53" < stack addons.certManager.nameservers');
    assert.deepEqual(valuesOf(release, ["dns01RecursiveNameserversOnly"]), [true]);
  });

  it("has no budget for a single pod of each part", () => {
    assert.deepEqual(
      valuesOf(
        releaseOf("prod", { replicas: 1 }),
        parts.map((part) => `${part}podDisruptionBudget`),
      ),
      [undefined, undefined, undefined],
    );
  });
});

describe("an issuer", () => {
  it("of the cluster's own: what signs itself signs the authority, whose key stays what it is", () => {
    const resources = resourcesOf({ lab: { selfSigned: {} } });
    assert.deepEqual(
      resources.map(({ kind, metadata, spec }) => [kind, metadata, spec]),
      [
        [
          "Certificate",
          { name: "lab", namespace: "cert-manager" },
          {
            commonName: "observed lab",
            duration: "87660h0m0s",
            isCA: true,
            issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: "lab-root" },
            privateKey: { algorithm: "ECDSA", rotationPolicy: "Never", size: 256 },
            secretName: "lab-ca",
          },
        ],
        ["ClusterIssuer", { name: "lab" }, { ca: { secretName: "lab-ca" } }],
        ["ClusterIssuer", { name: "lab-root" }, { selfSigned: {} }],
      ],
    );
    for (const { apiVersion, after } of resources) assert.deepEqual([apiVersion, after], ["cert-manager.io/v1", ["certManager"]]);
    const [certificate] = resourcesOf({ lab: { selfSigned: { years: 1, commonName: "Home" } } });
    assert.deepEqual([certificate?.spec["duration"], certificate?.spec["commonName"]], ["8766h0m0s", "Home"]);
    assert.equal(
      certificate?.origins.find(({ path }) => path === "duration")?.from,
      "stack addons.certManager.issuers.lab.selfSigned.years",
    );
  });

  it("of Let's Encrypt by HTTP: through the class of the stack's own ingress controller, or the one it names", () => {
    const through = (ingressClassName: string): object[] => [{ http01: { ingress: { ingressClassName } } }];
    assert.deepEqual(solversOf({ http01: {} }), through("traefik"));
    assert.deepEqual(solversOf({ http01: { ingressClass: "other" } }), through("other"));
    const acme = { email: "a@example.org", http01: {} };
    const [nginx] =
      addonsIn("prod", {
        traefik: undefined,
        ingressNginx: { expose: "nodePort", defaultClass: true },
        certManager: { issuers: { le: { acme } } },
      }).certManager?.resources ?? [];
    assert.match(JSON.stringify(nginx?.spec), /"ingressClassName":"nginx"/);
  });

  it("of Let's Encrypt by DNS: each provider with the keys of its Secret, for the domains it is given", () => {
    const credentialSecret = "dns";
    const dns = (provider: object): unknown => (solversOf({ dns01: provider }) as { dns01: unknown }[])[0]?.dns01;
    assert.deepEqual(
      [
        dns({ cloudflare: { credentialSecret } }),
        dns({ digitalocean: { credentialSecret } }),
        dns({ rfc2136: { server: "fd00::53", keyName: "lab.", algorithm: "hmac-sha512", credentialSecret } }),
        dns({ route53: { credentialSecret, hostedZoneId: "Z1" } }),
      ],
      [
        { cloudflare: { apiTokenSecretRef: { name: "dns", key: "api-token" } } },
        { digitalocean: { tokenSecretRef: { name: "dns", key: "access-token" } } },
        {
          rfc2136: {
            nameserver: "[fd00::53]:53",
            tsigKeyName: "lab.",
            tsigAlgorithm: "HMACSHA512",
            tsigSecretSecretRef: { name: "dns", key: "tsig-secret" },
          },
        },
        {
          route53: {
            region: "us-east-1",
            hostedZoneID: "Z1",
            accessKeyIDSecretRef: { name: "dns", key: "access-key-id" },
            secretAccessKeySecretRef: { name: "dns", key: "secret-access-key" },
          },
        },
      ],
    );
    assert.deepEqual(solversOf({ http01: {}, dns01: { cloudflare: { credentialSecret }, zones: ["example.org"] } }), [
      {
        dns01: { cloudflare: { apiTokenSecretRef: { name: "dns", key: "api-token" } } },
        selector: { dnsZones: ["example.org"] },
      },
      { http01: { ingress: { ingressClassName: "traefik" } } },
    ]);
  });

  it("is the real thing unless it is told to try, or where another authority is", () => {
    const server = (settings: object): string => {
      const [issuer] = resourcesOf({ le: { acme: { email: "a@example.org", http01: {}, ...settings } } });
      return (issuer?.spec as { acme: { server: string } }).acme.server;
    };
    assert.deepEqual(
      [server({}), server({ server: "staging" }), server({ server: "https://ca.example.org/acme" })],
      [
        "https://acme-v02.api.letsencrypt.org/directory",
        "https://acme-staging-v02.api.letsencrypt.org/directory",
        "https://ca.example.org/acme",
      ],
    );
  });
});
