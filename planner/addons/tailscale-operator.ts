import { TAILSCALE_OPERATOR_DEFAULTS as DEFAULTS } from "../../config/addons/tailscale-operator";
import type { AddonContext, AddonDefinition } from "./definition";
import type { Values } from "./layers";
import { BASE, Sourced } from "./sourced";

type Context = AddonContext<"tailscaleOperator">;

/** Secret that the chart's pod reads when no client is among its values. */
const OAUTH_SECRET = "operator-oauth";

/** Annotation of the pod that says which client it was started with. */
const CLIENT_ANNOTATION = "proxmox-talos/oauth-client";
const CLIENT_ORIGIN = { layer: "stack", path: "addons.tailscaleOperator.oauthClientId" } as const;

/** What its pod asks for: assumed; the chart says nothing. */
const REQUESTS = { homelab: { cpu: "25m", memory: "96Mi" }, prod: { cpu: "100m", memory: "128Mi" } } as const;

/** Services in a tailnet. */
export const tailscaleOperator: AddonDefinition<"tailscaleOperator"> = {
  key: "tailscaleOperator",
  chart: "tailscale-operator",
  publisher: "https://pkgs.tailscale.com/helmcharts",
  // Its proxies turn forwarding on and have interfaces of their own.
  podSecurity: "privileged",
  needs: ["network"],
  plan: (context) => ({
    base: base(context),
    overlays: {
      homelab: { operatorConfig: { resources: { requests: REQUESTS.homelab } } },
      prod: { operatorConfig: { resources: { requests: REQUESTS.prod } } },
    },
    secrets: [
      {
        name: OAUTH_SECRET,
        secret: "tailscaleOauthClientSecret",
        data: { client_id: context.config.oauthClientId, client_secret: "<secret>" },
      },
    ],
    facts: {},
  }),
};

function base({ setting, site, config }: Context): Values {
  const ownName = new Sourced(`${site.metadata.name}-operator`, BASE);
  return {
    operatorConfig: {
      hostname: setting("hostname").asked ?? ownName,
      defaultTags: setting("tags").or([...DEFAULTS.tags]),
      // A pod reads its Secret when it starts: another client starts another pod.
      podAnnotations: { [CLIENT_ANNOTATION]: new Sourced(config.oauthClientId, CLIENT_ORIGIN) },
    },
    proxyConfig: {
      defaultTags: setting("proxyTags")
        .or([...DEFAULTS.proxyTags])
        .as((tags) => tags.join(",")),
    },
    // The chart compares texts.
    apiServerProxyConfig: {
      mode: setting("apiServerProxy")
        .or(DEFAULTS.apiServerProxy)
        .as((on) => String(on)),
    },
  };
}
