export interface GetConfigurationClientConfiguration {
  /** CA certificate, base64-encoded PEM. */
  readonly caCertificate: string;
  /** Client certificate, base64-encoded PEM. */
  readonly clientCertificate: string;
  /** Client key, base64-encoded PEM. A secret. */
  readonly clientKey: string;
}
