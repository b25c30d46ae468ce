import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { isIP } from "node:net";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import * as x509 from "@peculiar/asn1-x509";

/** A certificate with its private key, both as PEM. */
export interface KeyPair {
  readonly certificate: string;
  /** PKCS #8. */
  readonly key: string;
}

/** What a certificate is to say. */
export interface CertificateRequest {
  readonly commonName: string;
  /** Roles and groups are kept here by Talos and Kubernetes. */
  readonly organizations?: readonly string[];
  /** DNS names and IP addresses. */
  readonly names?: readonly string[];
  readonly usages?: readonly ("server" | "client")[];
  /** @default a year from now */
  readonly notAfter?: Date;
}

/** Object identifiers of what names and signatures are made of (RFC 4519, 5758, 8017, 8410). */
const COMMON_NAME = "2.5.4.3";
const ORGANIZATION = "2.5.4.10";
const SIGNATURES: Readonly<Record<string, string>> = {
  ed25519: "1.3.101.112",
  ec: "1.2.840.10045.4.3.2",
  rsa: "1.2.840.113549.1.1.11",
};

const YEAR_MS = 365 * 24 * 3600 * 1000;
/** Clocks differ a little: whoever is a minute behind refuses a certificate that begins now. */
const EARLIER_MS = 3600 * 1000;

/** A new authority that signs itself. */
export function newAuthority(commonName: string): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const subject = nameOf({ commonName });
  const flags = x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign;
  const certificate = signed({ subject, key: publicKey, notAfter: inAYear() }, subject, privateKey, [
    extension(x509.id_ce_basicConstraints, new x509.BasicConstraints({ cA: true })),
    extension(x509.id_ce_keyUsage, new x509.KeyUsage(flags)),
  ]);
  return { certificate, key: pemOf(privateKey) };
}

/**
 * A new key with a certificate of an authority's.
 *
 * @param authority its key may be PKCS #8, SEC 1, PKCS #1 or Talos' own `ED25519 PRIVATE KEY`
 */
export function issue(authority: KeyPair, request: CertificateRequest): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { names = [], usages = ["server", "client"], notAfter = inAYear() } = request;
  const purposes = usages.map((usage) => (usage === "server" ? x509.id_kp_serverAuth : x509.id_kp_clientAuth));
  const issuer = AsnConvert.parse(derOf(authority.certificate), x509.Certificate).tbsCertificate.subject;
  const certificate = signed({ subject: nameOf(request), key: publicKey, notAfter }, issuer, privateKeyOf(authority.key), [
    extension(x509.id_ce_keyUsage, new x509.KeyUsage(x509.KeyUsageFlags.digitalSignature)),
    extension(x509.id_ce_extKeyUsage, new x509.ExtendedKeyUsage(purposes)),
    ...(names.length === 0
      ? []
      : [extension(x509.id_ce_subjectAltName, new x509.SubjectAlternativeName(names.map(generalName)))]),
  ]);
  return { certificate, key: pemOf(privateKey) };
}

/** Reads a private key in any of the forms the systems here write. */
export function privateKeyOf(text: string): KeyObject {
  // Talos names the algorithm in the label; what is inside is plain PKCS #8.
  return createPrivateKey(text.replaceAll("ED25519 PRIVATE KEY", "PRIVATE KEY"));
}

interface Subject {
  readonly subject: x509.Name;
  readonly key: KeyObject;
  readonly notAfter: Date;
}

function signed(
  { subject, key, notAfter }: Subject,
  issuer: x509.Name,
  issuerKey: KeyObject,
  extensions: x509.Extension[],
): string {
  const kind = issuerKey.asymmetricKeyType ?? "";
  const signatureAlgorithm = new x509.AlgorithmIdentifier({
    algorithm: SIGNATURES[kind] ?? "",
    // Only RSA's has parameters: none, spelled out.
    ...(kind === "rsa" ? { parameters: null } : {}),
  });
  const tbsCertificate = new x509.TBSCertificate({
    version: x509.Version.v3,
    serialNumber: serialNumber(),
    signature: signatureAlgorithm,
    issuer,
    validity: new x509.Validity({ notBefore: new Date(Math.min(Date.now(), notAfter.getTime()) - EARLIER_MS), notAfter }),
    subject,
    subjectPublicKeyInfo: AsnConvert.parse(key.export({ type: "spki", format: "der" }), x509.SubjectPublicKeyInfo),
    extensions: new x509.Extensions(extensions),
  });
  const content = Buffer.from(AsnConvert.serialize(tbsCertificate));
  const signatureValue = arrayBuffer(sign(kind === "ed25519" ? null : "sha256", content, issuerKey));
  const certificate = new x509.Certificate({ tbsCertificate, signatureAlgorithm, signatureValue });
  const base64 = Buffer.from(AsnConvert.serialize(certificate)).toString("base64");
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}(?=.)/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
}

function nameOf({ commonName, organizations = [] }: Pick<CertificateRequest, "commonName" | "organizations">): x509.Name {
  const part = (type: string, text: string): x509.RelativeDistinguishedName => {
    const value = new x509.AttributeValue({ utf8String: text });
    return new x509.RelativeDistinguishedName([new x509.AttributeTypeAndValue({ type, value })]);
  };
  return new x509.Name([...organizations.map((each) => part(ORGANIZATION, each)), part(COMMON_NAME, commonName)]);
}

function generalName(name: string): x509.GeneralName {
  return new x509.GeneralName(isIP(name) ? { iPAddress: name } : { dNSName: name });
}

function extension(extnID: string, value: unknown): x509.Extension {
  const extnValue = new OctetString(AsnConvert.serialize(value));
  return new x509.Extension({ extnID, critical: extnID !== x509.id_ce_subjectAltName, extnValue });
}

/** Positive and of fixed length: the first bit is clear, the second is set. */
function serialNumber(): ArrayBuffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return arrayBuffer(bytes);
}

function derOf(certificate: string): Buffer {
  return Buffer.from(certificate.replace(/-----[^-]+-----/g, ""), "base64");
}

function pemOf(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }) as string;
}

function arrayBuffer(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function inAYear(): Date {
  return new Date(Date.now() + YEAR_MS);
}
