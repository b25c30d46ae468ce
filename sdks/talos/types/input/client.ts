import type * as pulumi from "@pulumi/pulumi";

export interface GetConfigurationClientConfiguration {
  /** CA certificate, base64-encoded PEM. */
  caCertificate: string;
  /** Client certificate, base64-encoded PEM. */
  clientCertificate: string;
  /** Client key, base64-encoded PEM. A secret. */
  clientKey: string;
}

export interface GetConfigurationClientConfigurationArgs {
  /** CA certificate, base64-encoded PEM. */
  caCertificate: pulumi.Input<string>;
  /** Client certificate, base64-encoded PEM. */
  clientCertificate: pulumi.Input<string>;
  /** Client key, base64-encoded PEM. A secret. */
  clientKey: pulumi.Input<string>;
}
