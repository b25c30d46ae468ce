import type { AddressPool, BalancedService } from "../datacenter/address-pools";
import { WANTED, assign } from "../datacenter/address-pools";
import type { Actions } from "./actions";
import type { ApiClient } from "./api-client";
import type { KubernetesObject } from "./api-types";
import { Collection } from "./collection";
import { CustomResources } from "./custom-resources";
import { gatewayStatus, isCiliums, serviceOf } from "./gateways";
import type { Gateway } from "./gateways";
import type { Pod } from "./objects";

/** What is read of a Service. */
interface Service extends KubernetesObject {
  readonly spec: { readonly type?: string; readonly ipFamilies?: readonly string[] };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] } };
}

/** What is read of a pool of addresses. */
type Pool = KubernetesObject & {
  readonly spec?: {
    readonly blocks?: AddressPool["blocks"];
    readonly serviceSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  };
};

const POOLS = "ciliumloadbalancerippools";
const GATEWAYS = "gateways";
const GATEWAY_KIND = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gateways.gateway.networking.k8s.io";

/** Cilium's operator as the one that hands out addresses and makes Services for Gateways, while a pod of it is ready. */
export class RunningBalancer {
  private readonly services: Collection<Service>;
  private readonly pools: CustomResources;
  private readonly gateways: CustomResources;
  /** Whether a pod found the kinds of the Gateway API when it started, by uid: none looks twice. */
  private readonly answers = new Map<string, boolean>();

  constructor(
    private readonly client: ApiClient,
    private readonly actions: Actions,
    private readonly onChange: () => void,
  ) {
    this.services = new Collection(client, "/api/v1/services", onChange);
    this.pools = new CustomResources(client, "cilium.io", onChange, [POOLS]);
    this.gateways = new CustomResources(client, "gateway.networking.k8s.io", onChange, [GATEWAYS]);
  }

  /** Resolves when Services and kinds are known. */
  public async follow(): Promise<void> {
    await Promise.all([this.services.follow(), this.pools.follow(), this.gateways.follow()]);
  }

  /** Follows no further: nobody hands out addresses now. */
  public stop(): void {
    for (const each of [this.services, this.pools, this.gateways]) each.stop();
  }

  /** @param pods those of the operator that are ready */
  public reconcile(pods: readonly Pod[]): void {
    this.pools.update();
    this.gateways.update();
    for (const pod of pods) this.look(pod);
    this.handOut();
    if (pods.some(({ metadata: { uid = "" } }) => this.answers.get(uid) === true)) this.answer();
  }

  /** Once, when it starts. */
  private look({ metadata: { uid = "" } }: Pod): void {
    if (this.answers.has(uid)) return;
    this.answers.set(uid, false);
    void this.client.get(GATEWAY_KIND).then(
      () => {
        this.answers.set(uid, true);
        this.onChange();
      },
      () => undefined,
    );
  }

  private handOut(): void {
    const balanced = this.services.all.filter(({ spec }) => spec.type === "LoadBalancer");
    const pools = this.pools.all.map(({ object }) => poolOf(object as Pool));
    for (const isV6 of [false, true]) {
      const family = balanced.filter(({ spec }) => (spec.ipFamilies?.[0] === "IPv6") === isV6);
      const served = assign(family.map(balancedOf), pools, isV6);
      for (const [index, service] of family.entries()) {
        const { addresses = [] } = served[index] ?? {};
        if (addresses.join() !== addressesOf(service).join()) this.tell(service, addresses);
      }
    }
  }

  private tell(service: Service, addresses: readonly string[]): void {
    const { namespace = "", name } = service.metadata;
    const status = { loadBalancer: { ingress: addresses.map((ip) => ({ ip, ipMode: "VIP" })) } };
    this.actions.once(service, "addresses", () =>
      this.client.patch(`/api/v1/namespaces/${namespace}/services/${name}/status`, { status }),
    );
  }

  private answer(): void {
    for (const { object, path } of this.gateways.all) {
      const gateway = object as Gateway;
      if (!isCiliums(gateway) || gateway.metadata.deletionTimestamp !== undefined) continue;
      const made = serviceOf(gateway);
      const service = this.services.get(made.metadata.name, gateway.metadata.namespace);
      const services = `/api/v1/namespaces/${gateway.metadata.namespace ?? ""}/services`;
      if (!service) {
        this.actions.once(gateway, "service", () => this.client.create(services, made));
        continue;
      }
      const status = gatewayStatus(gateway, addressesOf(service));
      if (status) this.actions.once(gateway, "status", () => this.client.patch(`${path}/status`, { status }));
    }
  }
}

function poolOf({ metadata: { name }, spec }: Pool): AddressPool {
  return { name, blocks: spec?.blocks ?? [], labels: spec?.serviceSelector?.matchLabels ?? {} };
}

function balancedOf(service: Service): BalancedService {
  const { namespace = "", name, labels = {}, annotations = {} } = service.metadata;
  const wanted = annotations[WANTED]?.split(",") ?? [];
  return { namespace, name, labels, wanted, addresses: addressesOf(service) };
}

function addressesOf({ status }: Service): string[] {
  return (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip === undefined ? [] : [ip]));
}
