import type * as pulumi from "@pulumi/pulumi";
import { runtime } from "@pulumi/pulumi";

const VM = "proxmoxve:index/vmLegacy:VmLegacy";
const declared: pulumi.Resource[] = [];

// Every VM waits for all that were declared before it, on whichever host.
runtime.registerStackTransformation(({ resource, type, opts, props }) => {
  if (type !== VM) return undefined;
  const before = [...declared];
  declared.push(resource);
  return { props, opts: { ...opts, dependsOn: [...before, ...((opts.dependsOn as pulumi.Resource[] | undefined) ?? [])] } };
});
