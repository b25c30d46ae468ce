export interface KubeconfigClientConfiguration {
  /** CA certificate, base64-encoded PEM. */
  readonly caCertificate: string;
  /** Client certificate, base64-encoded PEM. */
  readonly clientCertificate: string;
  /** Client key, base64-encoded PEM. A secret. */
  readonly clientKey: string;
}

export interface KubeconfigKubernetesClientConfiguration {
  /** CA certificate, base64-encoded PEM. */
  readonly caCertificate?: string;
  /** Client certificate, base64-encoded PEM. */
  readonly clientCertificate?: string;
  /** Client key, base64-encoded PEM. A secret. */
  readonly clientKey?: string;
  /** URL of the API server. */
  readonly host?: string;
}

export interface KubeconfigTimeouts {
  /** Time for a creation, for instance `10m`. */
  readonly create?: string;
  /** Time for an update, for instance `10m`. */
  readonly update?: string;
}

export interface GetHealthClientConfiguration {
  /** CA certificate, base64-encoded PEM. */
  readonly caCertificate: string;
  /** Client certificate, base64-encoded PEM. */
  readonly clientCertificate: string;
  /** Client key, base64-encoded PEM. A secret. */
  readonly clientKey: string;
}

export interface GetHealthTimeouts {
  /** Time for a read, for instance `10m`. */
  readonly read?: string;
}

export interface GetKubeconfigClientConfiguration {
  /** CA certificate, base64-encoded PEM. */
  readonly caCertificate: string;
  /** Client certificate, base64-encoded PEM. */
  readonly clientCertificate: string;
  /** Client key, base64-encoded PEM. A secret. */
  readonly clientKey: string;
}

export interface GetKubeconfigKubernetesClientConfiguration {
  /** CA certificate, base64-encoded PEM. */
  readonly caCertificate: string;
  /** Client certificate, base64-encoded PEM. */
  readonly clientCertificate: string;
  /** Client key, base64-encoded PEM. A secret. */
  readonly clientKey: string;
  /** URL of the API server. */
  readonly host: string;
}

export interface GetKubeconfigTimeouts {
  /** Time for a read, for instance `10m`. */
  readonly read?: string;
}
