import { parse } from "yaml";
import type { Inputs, ModelContext } from "./model";
import { list, map, text } from "./model";

/** By what a provider is given: hundreds of resources have the same one. */
const endpoints = new WeakMap<object, string>();

/** The API server named in the kubeconfig of a resource's provider. */
export function endpointOf({ provider }: ModelContext): string {
  const kubeconfig = text(provider?.inputs["kubeconfig"]);
  if (!provider || kubeconfig === "") return "(no kubeconfig)";
  const endpoint = endpoints.get(provider.inputs) ?? serverOf(kubeconfig);
  endpoints.set(provider.inputs, endpoint);
  return endpoint;
}

function serverOf(kubeconfig: string): string {
  const document = parse(kubeconfig) as Inputs;
  return text(map(map(list(document["clusters"])[0])["cluster"])["server"]);
}
