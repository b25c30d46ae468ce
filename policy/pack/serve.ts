import { getStack } from "@pulumi/pulumi";
import { PolicyPack } from "@pulumi/policy";
import { hasConfig, loadConfig } from "../../config/load";
import { STRICTEST, factsOf } from "../facts";
import { packPolicies } from "./policies";

/** Serves the pack to the engine, for the stack whose configuration it has handed over. */
export function serve(): void {
  // Without a stack (`pulumi policy publish`) there is nothing to be lenient about.
  const facts = hasConfig() ? factsOf(loadConfig(getStack())) : STRICTEST;
  new PolicyPack("proxmox-talos", { policies: packPolicies(facts) });
}
