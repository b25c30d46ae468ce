import type * as pulumi from "@pulumi/pulumi";

export interface KubeconfigClientConfiguration {
  /** CA certificate, base64-encoded PEM. */
  caCertificate: pulumi.Input<string>;
  /** Client certificate, base64-encoded PEM. */
  clientCertificate: pulumi.Input<string>;
  /** Client key, base64-encoded PEM. A secret. */
  clientKey: pulumi.Input<string>;
}

export interface KubeconfigKubernetesClientConfiguration {
  /** CA certificate, base64-encoded PEM. */
  caCertificate?: pulumi.Input<string | undefined>;
  /** Client certificate, base64-encoded PEM. */
  clientCertificate?: pulumi.Input<string | undefined>;
  /** Client key, base64-encoded PEM. A secret. */
  clientKey?: pulumi.Input<string | undefined>;
  /** URL of the API server. */
  host?: pulumi.Input<string | undefined>;
}

export interface KubeconfigTimeouts {
  /** Time for a creation, for instance `10m`. */
  create?: pulumi.Input<string | undefined>;
  /** Time for an update, for instance `10m`. */
  update?: pulumi.Input<string | undefined>;
}

export interface GetHealthClientConfiguration {
  /** CA certificate, base64-encoded PEM. */
  caCertificate: string;
  /** Client certificate, base64-encoded PEM. */
  clientCertificate: string;
  /** Client key, base64-encoded PEM. A secret. */
  clientKey: string;
}

export interface GetHealthClientConfigurationArgs {
  /** CA certificate, base64-encoded PEM. */
  caCertificate: pulumi.Input<string>;
  /** Client certificate, base64-encoded PEM. */
  clientCertificate: pulumi.Input<string>;
  /** Client key, base64-encoded PEM. A secret. */
  clientKey: pulumi.Input<string>;
}

export interface GetHealthTimeouts {
  /** Time for a read, for instance `10m`. */
  read?: string;
}

export interface GetHealthTimeoutsArgs {
  /** Time for a read, for instance `10m`. */
  read?: pulumi.Input<string | undefined>;
}

export interface GetKubeconfigClientConfiguration {
  /** CA certificate, base64-encoded PEM. */
  caCertificate: string;
  /** Client certificate, base64-encoded PEM. */
  clientCertificate: string;
  /** Client key, base64-encoded PEM. A secret. */
  clientKey: string;
}

export interface GetKubeconfigClientConfigurationArgs {
  /** CA certificate, base64-encoded PEM. */
  caCertificate: pulumi.Input<string>;
  /** Client certificate, base64-encoded PEM. */
  clientCertificate: pulumi.Input<string>;
  /** Client key, base64-encoded PEM. A secret. */
  clientKey: pulumi.Input<string>;
}

export interface GetKubeconfigTimeouts {
  /** Time for a read, for instance `10m`. */
  read?: string;
}

export interface GetKubeconfigTimeoutsArgs {
  /** Time for a read, for instance `10m`. */
  read?: pulumi.Input<string | undefined>;
}
