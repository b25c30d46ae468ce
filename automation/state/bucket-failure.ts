import { StoreFailure } from "./store-failure";
import { cleaned } from "../plain";
import type { Bucket } from "./location";

/** What an SDK error says, of all kinds. */
interface SdkError {
  readonly name?: string;
  /** Of Node.js, when nobody answered. */
  readonly code?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const KEYS = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE";

/** What a store calls what is wrong, for instance `NoSuchBucket`. */
export function codeOf(error: unknown): string {
  const { name = "", $metadata } = error as SdkError;
  // What has no words is known by its number.
  return $metadata?.httpStatusCode === 501 ? "NotImplemented" : name;
}

/** Whether credentials that are right may not do something. */
export function isDenied(error: unknown): boolean {
  return ["AccessDenied", "Forbidden"].includes(codeOf(error));
}

/** What to do where credentials lack a right, for instance `PutObject`. */
export function missingRight(right: string | undefined): string {
  const list = "docs/state.md has the list";
  return right === undefined ? `give them that right in the store: ${list}` : `give them s3:${right} in the store: ${list}`;
}

/**
 * What a bucket failed with, and what to do about it.
 *
 * @param what the bucket could not: "be read"
 * @param right what it takes, for instance `GetObject`. @default not known
 */
export function bucketFailure(name: string, what: string, error: unknown, bucket: Bucket, right?: string): StoreFailure {
  if (isDenied(error)) {
    const why = `the credentials may not (${codeOf(error)})`;
    return new StoreFailure("store-refused", `the bucket ${name} cannot ${what}: ${why}`, missingRight(right));
  }
  const [code, why, remedy] = explained(error, bucket);
  return new StoreFailure(code, `the bucket ${name} cannot ${what}: ${why}`, remedy);
}

function explained(error: unknown, { region, profile, endpoint }: Bucket): readonly [code: string, why: string, remedy: string] {
  const { code = "", message = "" } = error as SdkError;
  const name = codeOf(error);
  const said = cleaned(message).replace(/^UnknownError$/, name);
  if (name === "CredentialsProviderError" || name === "Could not load credentials") {
    const where = profile === undefined ? "" : ` in the profile ${profile}`;
    return ["no-credentials", `there are no credentials${where}`, `set ${KEYS}; they never belong into the stack file`];
  }
  if (/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ECONNRESET)$/.test(code) || name === "TimeoutError") {
    return [
      "store-unreachable",
      `nobody answers at ${endpoint ?? "AWS"} (${code || name})`,
      "see that it runs, and that the endpoint is right",
    ];
  }
  if (/CERT|SSL|VERIFY/.test(code)) {
    return [
      "store-unreachable",
      `its certificate is not trusted (${code})`,
      "name its authority in NODE_EXTRA_CA_CERTS and SSL_CERT_FILE",
    ];
  }
  if (/XML parse error|Deserialization error/.test(said)) {
    return ["store-failed", "what answers there is no S3 server", "see that the endpoint is right"];
  }
  switch (name) {
    case "NoSuchBucket":
      return ["no-bucket", "there is none of this name", "lab state bootstrap makes it"];
    case "InvalidAccessKeyId":
    case "SignatureDoesNotMatch":
    case "InvalidToken":
    case "ExpiredToken":
      return ["store-refused", `the credentials are not right (${name})`, `correct ${KEYS}`];
    case "AuthorizationHeaderMalformed":
    case "PermanentRedirect":
    case "IllegalLocationConstraintException":
    case "InvalidRegion":
      return ["store-refused", `the store has another region than ${region} (${said})`, "correct state.backend.s3.region"];
    case "BucketAlreadyExists":
      return ["store-refused", "somebody else has a bucket of this name", "choose another in state.backend.s3.bucket"];
    default:
      return ["store-failed", said === "" ? name : said, "docs/state.md says what a store has to be able to do"];
  }
}
