import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { plain, propertiesFromWire } from "../../simulator/values";
import { startRecordingMocks } from "../recording-mocks";

/** A resource as a component registered it. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  readonly custom: boolean;
  /** Inputs with secrets opened. */
  readonly inputs: Record<string, unknown>;
  readonly dependencies: readonly string[];
  readonly request: RegisterResourceRequest;
}

let requests: readonly RegisterResourceRequest[] = [];

/** Answers every resource with its inputs, and with secrets where a provider would. */
export async function startMocks(): Promise<void> {
  requests = await startRecordingMocks({
    newResource: ({ type, name, inputs }) => ({
      id: `${name}-id`,
      state: { ...(inputs as Record<string, unknown>), ...STATES[type] },
    }),
    call: ({ token, inputs }) => ({ ...(inputs as Record<string, unknown>), ...CALLS[token] }),
  });
}

/** Everything registered since the last {@link startMocks}. */
export function registered(): Registered[] {
  return requests.map((request) => ({
    type: request.getType(),
    name: request.getName(),
    parent: request.getParent(),
    custom: request.getCustom(),
    inputs: plain(propertiesFromWire((request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>)) as Record<
      string,
      unknown
    >,
    dependencies: request.getDependenciesList(),
    request,
  }));
}

/** Waits until everything declared so far is registered. */
export async function settle(): Promise<void> {
  await pulumi.runtime.disconnect();
}

/** Resources of a type, by the last word of its token. */
export function ofType(type: string): Registered[] {
  return registered().filter((each) => each.type.endsWith(`:${type}`));
}

/** Secrets as a provider answers them; every value tells that it must not be seen. */
const STATES: Record<string, Record<string, unknown>> = {
  "talos:machine/secrets:Secrets": {
    machineSecrets: { cluster: { id: "c", secret: "HIDDEN" } },
    clientConfiguration: { caCertificate: "ca", clientCertificate: "crt", clientKey: "HIDDEN" },
  },
  "talos:cluster/kubeconfig:Kubeconfig": {
    kubeconfigRaw: "HIDDEN",
    kubernetesClientConfiguration: { host: "https://h:6443", caCertificate: "ca", clientCertificate: "crt", clientKey: "HIDDEN" },
  },
};

const CALLS: Record<string, Record<string, unknown>> = {
  "talos:machine/getConfiguration:getConfiguration": { machineConfiguration: "HIDDEN" },
  "talos:client/getConfiguration:getConfiguration": { talosConfig: "HIDDEN" },
};
