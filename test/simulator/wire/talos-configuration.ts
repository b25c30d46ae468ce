import { stringify } from "yaml";
import { newAuthority } from "../../../simulator/wire/certificates";
import type { KeyPair } from "../../../simulator/wire/certificates";

/** The PKI of one cluster, as `talosctl gen secrets` makes it. */
export interface ClusterPki {
  readonly os: KeyPair;
  readonly kubernetes: KeyPair;
  readonly secret: string;
}

export function newCluster(): ClusterPki {
  return { os: newAuthority("talos"), kubernetes: newAuthority("kubernetes"), secret: `secret ${Math.random()}` };
}

/** A machine configuration with all that the doors read. */
export function configurationOf(
  { os, kubernetes, secret }: ClusterPki,
  type: "controlplane" | "worker",
  hostname: string,
  extra: object = {},
): string {
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const pair = ({ certificate, key }: KeyPair): object => ({
    crt: base64(certificate),
    key: type === "worker" ? "" : base64(key),
  });
  const main = {
    version: "v1alpha1",
    machine: { type, token: "t", ca: pair(os), install: { disk: "/dev/sda" }, ...extra },
    cluster: {
      secret,
      clusterName: "test",
      controlPlane: { endpoint: "https://127.68.0.100:6443" },
      ca: pair(kubernetes),
      network: { cni: { name: "none" } },
    },
  };
  return [main, { apiVersion: "v1alpha1", kind: "HostnameConfig", hostname, auto: "off" }]
    .map((each) => stringify(each, { version: "1.1" }))
    .join("---\n");
}
