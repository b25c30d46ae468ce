import type * as pulumi from "@pulumi/pulumi";

export interface BootstrapClientConfigurationWo {
  /** CA certificate, base64-encoded PEM. */
  caCertificate: pulumi.Input<string>;
  /** Client certificate, base64-encoded PEM. */
  clientCertificate: pulumi.Input<string>;
  /** Client key, base64-encoded PEM. A secret. */
  clientKey: pulumi.Input<string>;
}

export interface BootstrapTimeouts {
  /** Time for a creation, for instance `10m`. */
  create?: pulumi.Input<string | undefined>;
}

export interface ConfigurationApplyClientConfigurationWo {
  /** CA certificate, base64-encoded PEM. */
  caCertificate: pulumi.Input<string>;
  /** Client certificate, base64-encoded PEM. */
  clientCertificate: pulumi.Input<string>;
  /** Client key, base64-encoded PEM. A secret. */
  clientKey: pulumi.Input<string>;
}

export interface ConfigurationApplyOnDestroy {
  /** Leave etcd and drain first. @default false */
  graceful?: pulumi.Input<boolean | undefined>;
  /** Reboot instead of shutting down. @default false */
  reboot?: pulumi.Input<boolean | undefined>;
  /** Wipe the machine. @default false */
  reset?: pulumi.Input<boolean | undefined>;
}

export interface Timeout {
  /** Time for a creation, for instance `10m`. */
  create?: pulumi.Input<string | undefined>;
  /** Time for a deletion, for instance `10m`. */
  delete?: pulumi.Input<string | undefined>;
  /** Time for an update, for instance `10m`. */
  update?: pulumi.Input<string | undefined>;
}

export interface Certificate {
  cert: pulumi.Input<string>;
  key: pulumi.Input<string>;
}

export interface Certificates {
  etcd: pulumi.Input<Certificate>;
  k8s: pulumi.Input<Certificate>;
  k8sAggregator: pulumi.Input<Certificate>;
  k8sServiceaccount: pulumi.Input<Key>;
  os: pulumi.Input<Certificate>;
}

export interface ClientConfiguration {
  /** CA certificate, base64-encoded PEM. */
  caCertificate: pulumi.Input<string>;
  /** Client certificate, base64-encoded PEM. */
  clientCertificate: pulumi.Input<string>;
  /** Client key, base64-encoded PEM. A secret. */
  clientKey: pulumi.Input<string>;
}

export interface Cluster {
  /** Id of the result or entity. */
  id: pulumi.Input<string>;
  secret: pulumi.Input<string>;
}

export interface Key {
  key: pulumi.Input<string>;
}

export interface KubernetesSecrets {
  aescbcEncryptionSecret?: pulumi.Input<string | undefined>;
  bootstrapToken: pulumi.Input<string>;
  secretboxEncryptionSecret: pulumi.Input<string>;
}

export interface MachineSecrets {
  certs: pulumi.Input<Certificates>;
  cluster: pulumi.Input<Cluster>;
  secrets: pulumi.Input<KubernetesSecrets>;
  trustdinfo: pulumi.Input<TrustdInfo>;
}

export interface TrustdInfo {
  token: pulumi.Input<string>;
}

export interface GetDisksClientConfiguration {
  /** CA certificate, base64-encoded PEM. */
  caCertificate: string;
  /** Client certificate, base64-encoded PEM. */
  clientCertificate: string;
  /** Client key, base64-encoded PEM. A secret. */
  clientKey: string;
}

export interface GetDisksClientConfigurationArgs {
  /** CA certificate, base64-encoded PEM. */
  caCertificate: pulumi.Input<string>;
  /** Client certificate, base64-encoded PEM. */
  clientCertificate: pulumi.Input<string>;
  /** Client key, base64-encoded PEM. A secret. */
  clientKey: pulumi.Input<string>;
}

export interface GetDisksTimeouts {
  /** Time for a read, for instance `10m`. */
  read?: string;
}

export interface GetDisksTimeoutsArgs {
  /** Time for a read, for instance `10m`. */
  read?: pulumi.Input<string | undefined>;
}
