import type * as pulumi from "@pulumi/pulumi";
import type { Provider } from "@pulumi/kubernetes/provider";
import type { PlannedAddons } from "../../planner/plan";
import type { Namespaces } from "../kubernetes/namespaces";
import { Cilium } from "./cilium";
import { KubePrometheusStack } from "./kube-prometheus-stack";
import { Longhorn } from "./longhorn";
import { Loki } from "./loki";
import { Tempo } from "./tempo";

/** What {@link declareAddons} needs. */
export interface AddonsArgs {
  /** The component they belong to. */
  readonly parent: pulumi.Resource;
  readonly provider: Provider;
  readonly addons: PlannedAddons;
  readonly namespaces: Namespaces;
  /** Exists once the Kubernetes API answers. */
  readonly api: pulumi.Resource;
}

/** Declares every add-on of a stack in its order: the network, then storage, then all that needs both, side by side. */
export function declareAddons({ parent, provider, addons, namespaces, api }: AddonsArgs): void {
  const { cilium, longhorn, kubePrometheusStack, loki, tempo } = addons;
  const after = (...all: (pulumi.Resource | undefined)[]): pulumi.ComponentResourceOptions => ({
    parent,
    dependsOn: [api, ...all.filter((each) => each !== undefined)],
  });

  const network = cilium && new Cilium("cilium", { provider, cilium }, after());
  const storage =
    longhorn && new Longhorn("longhorn", { provider, longhorn }, after(namespaces.get(longhorn.namespace), network?.release));
  const ready = ({ namespace }: { readonly namespace: string }): pulumi.ComponentResourceOptions =>
    after(namespaces.get(namespace), network?.release, storage?.release);
  if (kubePrometheusStack) {
    const prometheus = kubePrometheusStack;
    new KubePrometheusStack("kube-prometheus-stack", { provider, prometheus }, ready(prometheus));
  }
  if (loki) new Loki("loki", { provider, loki }, ready(loki));
  if (tempo) new Tempo("tempo", { provider, tempo }, ready(tempo));
}
