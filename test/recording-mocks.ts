import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import type { MockMonitor } from "@pulumi/pulumi/runtime/mocks";

/**
 * Starts mocks whose requests are kept: Pulumi's own hand on inputs only, without parents, options and what is secret.
 *
 * @returns the requests, a list that grows as resources are registered
 */
export async function startRecordingMocks(mocks: pulumi.runtime.Mocks): Promise<readonly RegisterResourceRequest[]> {
  await pulumi.runtime.setMocks(mocks, "proxmox-talos", "test", false);
  const monitor = pulumi.runtime.getMonitor() as unknown as MockMonitor;
  const register = monitor.registerResource.bind(monitor);
  const requests: RegisterResourceRequest[] = [];
  // Pulumi's own say that they take hooks, and have no method for it.
  Object.assign(monitor, {
    registerResourceHook: (_: unknown, callback: (error: null) => void) => {
      callback(null);
    },
  });
  monitor.registerResource = (request: RegisterResourceRequest, callback) => {
    requests.push(request);
    return register(request, callback);
  };
  return requests;
}
