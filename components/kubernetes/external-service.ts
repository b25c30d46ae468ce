import * as pulumi from "@pulumi/pulumi";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { EndpointSlice } from "@pulumi/kubernetes/discovery/v1/endpointSlice";
import type { Provider } from "@pulumi/kubernetes/provider";
import { isAddress } from "../../planner/addresses";
import type { PlannedExternal } from "../../planner/plan";

/** Arguments of an {@link ExternalService}. */
export interface ExternalServiceArgs {
  readonly provider: Provider;
  readonly external: PlannedExternal;
}

/** A name inside of the cluster for something that runs outside of it. */
export class ExternalService extends pulumi.ComponentResource {
  constructor(name: string, { provider, external }: ExternalServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-talos:kubernetes:ExternalService", name, {}, opts);
    const child = { parent: this, provider, dependsOn: opts?.dependsOn, deletedWith: opts?.deletedWith };
    const metadata = { name: external.name, namespace: external.namespace };
    const ports = [{ name: "main", port: external.port, protocol: "TCP" }];

    if (isAddress(external.host)) {
      // A name alone cannot point at an address: a Service without selector gets its endpoint written by hand.
      const service = new Service(name, { metadata, spec: { ports } }, child);
      new EndpointSlice(
        name,
        {
          metadata: { ...metadata, labels: { "kubernetes.io/service-name": external.name } },
          addressType: external.host.includes(":") ? "IPv6" : "IPv4",
          ports,
          endpoints: [{ addresses: [external.host] }],
        },
        { ...child, dependsOn: [service] },
      );
    } else {
      new Service(name, { metadata, spec: { type: "ExternalName", externalName: external.host, ports } }, child);
    }

    this.registerOutputs({});
  }
}
