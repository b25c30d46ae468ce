export interface BootstrapClientConfigurationWo {
  /** CA certificate, base64-encoded PEM. */
  readonly caCertificate: string;
  /** Client certificate, base64-encoded PEM. */
  readonly clientCertificate: string;
  /** Client key, base64-encoded PEM. A secret. */
  readonly clientKey: string;
}

export interface BootstrapTimeouts {
  /** Time for a creation, for instance `10m`. */
  readonly create?: string;
}

export interface ConfigurationApplyClientConfigurationWo {
  /** CA certificate, base64-encoded PEM. */
  readonly caCertificate: string;
  /** Client certificate, base64-encoded PEM. */
  readonly clientCertificate: string;
  /** Client key, base64-encoded PEM. A secret. */
  readonly clientKey: string;
}

export interface ConfigurationApplyOnDestroy {
  /** Leave etcd and drain first. @default false */
  readonly graceful?: boolean;
  /** Reboot instead of shutting down. @default false */
  readonly reboot?: boolean;
  /** Wipe the machine. @default false */
  readonly reset?: boolean;
}

export interface Timeout {
  /** Time for a creation, for instance `10m`. */
  readonly create?: string;
  /** Time for a deletion, for instance `10m`. */
  readonly delete?: string;
  /** Time for an update, for instance `10m`. */
  readonly update?: string;
}

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface Certificates {
  readonly etcd: Certificate;
  readonly k8s: Certificate;
  readonly k8sAggregator: Certificate;
  readonly k8sServiceaccount: Key;
  readonly os: Certificate;
}

export interface ClientConfiguration {
  /** CA certificate, base64-encoded PEM. */
  readonly caCertificate: string;
  /** Client certificate, base64-encoded PEM. */
  readonly clientCertificate: string;
  /** Client key, base64-encoded PEM. A secret. */
  readonly clientKey: string;
}

export interface Cluster {
  /** Id of the result or entity. */
  readonly id: string;
  readonly secret: string;
}

export interface Key {
  readonly key: string;
}

export interface KubernetesSecrets {
  readonly aescbcEncryptionSecret?: string;
  readonly bootstrapToken: string;
  readonly secretboxEncryptionSecret: string;
}

export interface MachineSecrets {
  readonly certs: Certificates;
  readonly cluster: Cluster;
  readonly secrets: KubernetesSecrets;
  readonly trustdinfo: TrustdInfo;
}

export interface TrustdInfo {
  readonly token: string;
}

export interface GetDisksClientConfiguration {
  /** CA certificate, base64-encoded PEM. */
  readonly caCertificate: string;
  /** Client certificate, base64-encoded PEM. */
  readonly clientCertificate: string;
  /** Client key, base64-encoded PEM. A secret. */
  readonly clientKey: string;
}

export interface GetDisksDisk {
  readonly busPath: string;
  readonly cdrom: boolean;
  readonly devPath: string;
  readonly ioSize: number;
  readonly modalias: string;
  readonly model: string;
  readonly prettySize: string;
  readonly readonly: boolean;
  readonly rotational: boolean;
  readonly secondaryDisks: string[];
  readonly sectorSize: number;
  readonly serial: string;
  readonly size: number;
  readonly subSystem: string;
  readonly symlinks: string[];
  readonly transport: string;
  readonly uuid: string;
  readonly wwid: string;
}

export interface GetDisksTimeouts {
  /** Time for a read, for instance `10m`. */
  readonly read?: string;
}
