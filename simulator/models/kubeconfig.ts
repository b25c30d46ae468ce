import { parse } from "yaml";
import type { Inputs, ModelContext } from "./model";
import { list, map, text } from "./model";

/** The API server named in the kubeconfig of a resource's provider. */
export function endpointOf({ provider }: ModelContext): string {
  const kubeconfig = text(provider?.inputs["kubeconfig"]);
  if (kubeconfig === "") return "(no kubeconfig)";
  const document = parse(kubeconfig) as Inputs;
  return text(map(map(list(document["clusters"])[0])["cluster"])["server"]);
}
