import type { Rehearsal } from "../../simulator";
import type { KubernetesObject } from "../../simulator/kubernetes-door/api-types";
import type { Site } from "./site";

/** What is read of a Service. */
type Service = KubernetesObject & {
  readonly spec?: { readonly type?: string };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] } };
};

/** Services of type LoadBalancer as the cluster has them, those without an address as well. */
export async function servicesOf({ doors }: Site): Promise<Pick<Rehearsal, "services">> {
  const client = doors.kubernetes?.clusters[0]?.client;
  if (!client) return {};
  const { items } = await client.list<Service>("/api/v1/services");
  const services = items
    .filter(({ spec }) => spec?.type === "LoadBalancer")
    .map(({ metadata: { namespace = "", name }, status }) => ({
      namespace,
      name,
      addresses: (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip === undefined ? [] : [ip])),
    }))
    .sort((a, b) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1));
  return services.length === 0 ? {} : { services };
}
