import { FLUX_DEFAULTS as DEFAULTS } from "../../config/addons/flux";
import { credentialOf } from "../../config/addons/gitops";
import type { UnplacedProblem } from "../../config/problem";
import { problem } from "../../config/problem";
import type { PlannedSecret } from "../plan";
import type { Site } from "../site";
import type { AddonContext, AddonDefinition, AddonResource, ResourceKind } from "./definition";
import type { Values } from "./layers";
import { BASE, Sourced } from "./sourced";

type Context = AddonContext<"flux">;

/** The only name that the operator takes. */
const INSTANCE = "flux";
/** Where the controllers' images are. */
const REGISTRY = "ghcr.io/fluxcd";
/** Secret that Flux logs in with. */
const CREDENTIALS = "flux-repository";

/** What the operator's pod asks for in a lab: assumed; in prod the chart's own. */
const LAB_REQUESTS = { cpu: "25m", memory: "64Mi" } as const;

/** Flux, which its operator makes of a FluxInstance. */
export const flux: AddonDefinition<"flux"> = {
  key: "flux",
  chart: "flux-operator",
  publisher: "oci://ghcr.io/controlplaneio-fluxcd/charts",
  podSecurity: "baseline",
  brings: {
    by: "release",
    kinds: {
      FluxInstance: kind("fluxinstances"),
      ResourceSet: kind("resourcesets"),
      ResourceSetInputProvider: kind("resourcesetinputproviders"),
    },
  },
  needs: ["network"],
  metrics: { service: "flux-operator", port: 8080 },
  judge: judgeSync,
  plan: (context) => ({
    base: base(context),
    overlays: { homelab: { resources: { requests: LAB_REQUESTS } }, prod: {} },
    secrets: credentials(context),
    // The operator takes down what it made of it, and lets go: it has to run when the instance goes.
    resources: [instance(context)],
    facts: {},
  }),
};

function kind(plural: string): ResourceKind {
  return { apiVersion: "fluxcd.controlplane.io/v1", plural, scope: "Namespaced" };
}

function base({ setting }: Context): Values {
  return {
    multitenancy: { enabled: setting("multitenant").or(DEFAULTS.multitenant) },
    // Its web page asks nobody who they are, and the policy that comes with it closes the port of the metrics.
    web: { enabled: false },
  };
}

function instance({ setting, site }: Context): AddonResource {
  return {
    kind: "FluxInstance",
    name: INSTANCE,
    spec: {
      // Without an artifact, manifests come from the operator's own image: what runs is what was pinned.
      distribution: { version: setting("distribution").or(DEFAULTS.distribution), registry: REGISTRY },
      components: setting("components").or([...DEFAULTS.components]),
      cluster: {
        type: "kubernetes",
        domain: site.kubernetes.domain,
        size: setting("size").byClass(DEFAULTS.size),
        multitenant: setting("multitenant").or(DEFAULTS.multitenant),
        networkPolicy: setting("networkPolicy").or(DEFAULTS.networkPolicy),
      },
      sync: sync({ setting, site }),
    },
  };
}

function sync({ setting, site }: Pick<Context, "setting" | "site">): Values {
  const url = setting("sync.url").or("");
  const isArtifact = url.value.startsWith("oci://");
  const byUrl = <T>(value: T): Sourced<T> => url.as(() => value);
  return {
    kind: byUrl(isArtifact ? "OCIRepository" : "GitRepository"),
    url,
    ref: setting("sync.ref").or(isArtifact ? DEFAULTS.ref.oci : DEFAULTS.ref.git),
    path: setting("sync.path").asked ?? new Sourced(fluxPath(site), BASE),
    interval: setting("sync.intervalMinutes")
      .or(DEFAULTS.intervalMinutes)
      .as((minutes) => `${minutes}m`),
    pullSecret: hasCredentials(site) ? byUrl(CREDENTIALS) : undefined,
  };
}

/** Folder of the repository that is this cluster's. */
export function fluxPath({ addons, metadata }: Pick<Site, "addons" | "metadata">): string {
  return addons.flux?.sync.path ?? `clusters/${metadata.name}`;
}

function hasCredentials({ addons: { flux: own } }: Pick<Site, "addons">): boolean {
  return own !== undefined && credentialOf(own.sync) !== undefined;
}

/** As Flux reads them: of an SSH key, of a user of a web server, or of one of a registry as Kubernetes itself has it. */
function credentials({ config: { sync: own } }: Context): PlannedSecret[] {
  const { url, username = "", knownHosts = "" } = own;
  switch (credentialOf(own)) {
    case "sshKey":
      return [{ name: CREDENTIALS, secret: "fluxSshKey", data: { identity: "<secret>", known_hosts: knownHosts } }];
    case "password":
      return [
        url.startsWith("oci://")
          ? registryLogin(new URL(url.replace(/^oci:/, "https:")).host, username)
          : { name: CREDENTIALS, secret: "fluxPassword", data: { username, password: "<secret>" } },
      ];
    default:
      return [];
  }
}

function registryLogin(host: string, username: string): PlannedSecret {
  const config = `{"auths":{${JSON.stringify(host)}:{"username":${JSON.stringify(username)},"password":<secret as JSON>}}}`;
  return {
    name: CREDENTIALS,
    secret: "fluxPassword",
    type: "kubernetes.io/dockerconfigjson",
    data: { ".dockerconfigjson": config },
  };
}

/** What does not go together: SSH without the server's keys, and ways to log in that its scheme has not got. */
function judgeSync({ addons: { flux: own } }: Site): UnplacedProblem[] {
  if (!own) return [];
  const { url, knownHosts, username } = own.sync;
  const isSsh = url.startsWith("ssh://");
  const at = "addons.flux.sync";
  return [
    ...(isSsh && knownHosts === undefined
      ? [
          problem(
            `${at}.knownHosts`,
            null,
            "Flux talks to no SSH server whose keys it does not know",
            "the server's public keys",
            "take what ssh-keyscan prints, and compare it with what the server's owner says",
          ),
        ]
      : []),
    ...(!isSsh && knownHosts !== undefined
      ? [problem(`${at}.knownHosts`, knownHosts, `${url} is not reached by SSH`, "ssh:// in sync.url", "leave it out")]
      : []),
    ...(isSsh && username !== undefined
      ? [problem(`${at}.username`, username, "SSH has its user in the URL", "ssh://<user>@<server>/…", "leave it out")]
      : []),
  ];
}
