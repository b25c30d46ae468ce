import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Plan } from "../../../planner/plan";
import { addonsIn, at, valuesOf } from "../../addons";
import { hosts, planOf, stackFile } from "../../stacks";

const domains = { domainFilters: ["example.org", "example.net"] };
const releaseOf = (provider: object, more: object = {}): Plan["addons"]["externalDns"] =>
  addonsIn("prod", { externalDns: { ...domains, provider, ...more } }).externalDns;

/** `VARIABLE secret/key` of what is read from Secrets. */
const credentialsOf = (release: Plan["addons"]["externalDns"]): string[] =>
  (valuesOf(release, ["env"])[0] as { name: string; valueFrom?: { secretKeyRef: { name: string; key: string } } }[]).flatMap(
    ({ name, valueFrom }) => (valueFrom ? [`${name} ${valueFrom.secretKeyRef.name}/${valueFrom.secretKeyRef.key}`] : []),
  );

describe("external-dns", () => {
  it("writes names of the domains it is given, marked as the cluster's own, and deletes none", () => {
    const release = releaseOf({ cloudflare: { credentialSecret: "cf" } });
    assert.deepEqual(valuesOf(release, ["domainFilters", "sources", "policy", "registry", "txtOwnerId"]), [
      ["example.org", "example.net"],
      ["service", "ingress"],
      "upsert-only",
      "txt",
      "observed",
    ]);
    const asked = releaseOf({ cloudflare: { credentialSecret: "cf" } }, { policy: "sync", sources: ["service"] });
    assert.deepEqual(
      [at(asked, "policy"), at(asked, "sources")],
      ['"sync" < stack addons.externalDns.policy', '["service"] < stack addons.externalDns.sources'],
    );
  });

  it("takes credentials from a Secret, each provider its own", () => {
    const rfc2136 = { server: "10.0.0.5", keyName: "lab.", credentialSecret: "tsig" };
    const releases = [
      releaseOf({ cloudflare: { credentialSecret: "cf", proxied: true } }),
      releaseOf({ route53: { credentialSecret: "aws", zoneType: "private" } }),
      releaseOf({ rfc2136 }),
      releaseOf({ pihole: { server: "http://10.0.0.6", credentialSecret: "hole" } }),
    ];
    assert.deepEqual(
      releases.map((release) => [...valuesOf(release, ["provider.name"]), ...credentialsOf(release)]),
      [
        ["cloudflare", "CF_API_TOKEN cf/api-token"],
        ["aws", "AWS_ACCESS_KEY_ID aws/access-key-id", "AWS_SECRET_ACCESS_KEY aws/secret-access-key"],
        ["rfc2136", "EXTERNAL_DNS_RFC2136_TSIG_SECRET tsig/tsig-secret"],
        ["pihole", "EXTERNAL_DNS_PIHOLE_PASSWORD hole/password"],
      ],
    );
    assert.deepEqual(
      releases.map((release) => valuesOf(release, ["extraArgs"])[0]),
      [
        { "cloudflare-proxied": true },
        { "aws-zone-type": "private" },
        {
          "rfc2136-host": "10.0.0.5",
          "rfc2136-port": 53,
          "rfc2136-tsig-axfr": true,
          "rfc2136-tsig-keyname": "lab.",
          "rfc2136-tsig-secret-alg": "hmac-sha256",
          "rfc2136-zone": ["example.org", "example.net"],
        },
        { "pihole-api-version": "6", "pihole-server": "http://10.0.0.6" },
      ],
    );
  });

  it("keeps no marks at Pi-hole, which has no place for them", () => {
    const release = releaseOf({ pihole: { server: "http://10.0.0.6", credentialSecret: "hole" } });
    assert.deepEqual(valuesOf(release, ["registry", "txtOwnerId"]), ["noop", undefined]);
  });

  it("leads all names to what it is told, which is needed where Ingresses have no address", () => {
    const externalDns = { ...domains, provider: { cloudflare: { credentialSecret: "cf" } }, targets: ["10.0.0.1", "10.0.0.2"] };
    const { addons, findings } = planOf(
      stackFile({
        hosts: hosts(1),
        more: `  proxmox-talos:addons: { traefik: { expose: hostPort }, externalDns: ${JSON.stringify(externalDns)} }\n`,
      }),
    );
    assert.equal(
      at(addons.externalDns, "extraArgs.default-targets"),
      '["10.0.0.1","10.0.0.2"] < stack addons.externalDns.targets',
    );
    assert.ok(!findings.some(({ code }) => code === "dns-target-missing"));
  });

  it("comes after Traefik and the Gateway API, whose kinds of objects it may read", () => {
    assert.deepEqual(releaseOf({ cloudflare: { credentialSecret: "cf" } })?.after, ["gatewayApi", "cilium", "traefik"]);
  });
});
