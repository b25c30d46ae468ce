import { overlaps } from "../addresses";
import type { Finding, Plan } from "../plan";
import type { Site } from "../site";
import { finding } from "./catalog";

const PATH = "talos.tailscale";

type Judged = Pick<Plan, "kubernetes" | "machines">;

/** What machines in a tailnet run into sooner or later. */
export function judgeTailnet({ talos: { tailscale }, network }: Site, { kubernetes, machines }: Judged): Finding[] {
  if (!tailscale) return [];
  const joined = machines.filter((machine) => machine.tailscale);
  const { tags, routes, acceptRoutes } = tailscale;
  const own = [
    ...[network.subnet, network.ipv6?.subnet ?? ""].map((subnet) => ["the machines' own network", subnet] as const),
    ...kubernetes.podSubnets.map((subnet) => ["the network of pods", subnet] as const),
    ...kubernetes.serviceSubnets.map((subnet) => ["the network of Services", subnet] as const),
  ].filter(([, subnet]) => subnet !== "");
  const floating = joined.filter(({ addresses }) => addresses.length === 0).map(({ name }) => name);
  return [
    ...routes.flatMap((route, index) => {
      const [what, subnet] = own.find(([, each]) => overlaps(each, route)) ?? [];
      if (!acceptRoutes || what === undefined) return [];
      return [
        finding(
          "tailscale-route-own-network",
          `${PATH}.routes.${index}`,
          `${route} holds ${what} (${subnet}), and machines take routes: what they send each other goes through the tailnet, and nowhere while that is away`,
          "set acceptRoutes to false, or leave the route to a machine that is none of the stack's",
        ),
      ];
    }),
    ...(tags.length === 0
      ? [
          finding(
            "tailscale-key-expiry",
            `${PATH}.tags`,
            "machines without a tag belong to whoever made the auth key, and have to log in again when their keys expire, after 180 days by default",
            "give them a tag that the auth key may give, for instance tag:k8s",
          ),
        ]
      : []),
    ...(routes.length > 0
      ? [
          finding(
            "tailscale-routes-approval",
            `${PATH}.routes`,
            `${routes.join(", ")} lead nowhere until the tailnet approves of them, for each machine`,
            `approve of them in the admin console, or once for all in the policy file: autoApprovers${tags.length > 0 ? ` for ${tags.join(", ")}` : ""}`,
          ),
        ]
      : []),
    ...(floating.length > 0
      ? [
          finding(
            "tailscale-node-address",
            PATH,
            `${floating.join(", ")} have no address of the stack's: after a start, kubelet and etcd may take the one of the tailnet for theirs`,
            "give them static addresses with interface, or say which by configPatches: machine.kubelet.nodeIP.validSubnets, cluster.etcd.advertisedSubnets",
          ),
        ]
      : []),
  ];
}
