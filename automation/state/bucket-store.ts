import { randomUUID } from "node:crypto";
import type * as awsModule from "@aws-sdk/client-s3";
import type { Failure } from "../failure";
import { lazy } from "../lazy";
import { bucketFailure, codeOf, isDenied } from "./bucket-failure";
import type { Bucket } from "./location";
import type { StateStore, StoredObject, StoredVersion, Versioning } from "./store";

/** Milliseconds that a store has to answer the telephone, and to answer. */
const CONNECT_MS = 5000;
const ANSWER_MS = 30_000;

/** Answers of stores that have no such thing. */
const UNSUPPORTED = ["NotImplemented", "MethodNotAllowed", "VersioningNotConfigured", "XNotImplemented"];

/** A bucket of a server that speaks S3. */
export class BucketStore implements StateStore {
  public readonly name: string;
  private readonly aws: typeof awsModule;
  private readonly client: awsModule.S3Client;

  constructor(private readonly bucket: Bucket) {
    this.name = `${bucket.name}/${bucket.prefix} on ${bucket.endpoint ?? `AWS (${bucket.region})`}`;
    // What a user can do about the version of Node.js is said by doctor.
    process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
    this.aws = lazy("@aws-sdk/client-s3") as typeof awsModule;
    this.client = new this.aws.S3Client(this.settings());
  }

  public async exists(): Promise<boolean> {
    try {
      await this.client.send(
        new this.aws.ListObjectsV2Command({ Bucket: this.bucket.name, Prefix: this.bucket.prefix, MaxKeys: 1 }),
      );
      return true;
    } catch (error) {
      if (codeOf(error) === "NoSuchBucket") return false;
      throw this.failure("be listed", error, "ListBucket");
    }
  }

  public async create(): Promise<void> {
    const { name, region, endpoint } = this.bucket;
    // Amazon takes no constraint for its first region, and wants one for all others; the servers of others have one region.
    const isConstrained = endpoint === undefined && region !== "us-east-1";
    const constraint = isConstrained ? { LocationConstraint: region as awsModule.BucketLocationConstraint } : undefined;
    const command = new this.aws.CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: constraint });
    await this.client.send(command).catch((error: unknown) => this.fail("be made", error, "CreateBucket"));
  }

  public async probe(): Promise<void> {
    const object = { Bucket: this.bucket.name, Key: `${this.bucket.prefix}.lab-probe-${randomUUID()}` };
    const { PutObjectCommand, GetObjectCommand, DeleteObjectCommand } = this.aws;
    const { VersionId } = await this.client
      .send(new PutObjectCommand({ ...object, Body: "probe" }))
      .catch((error: unknown) => this.fail("be written to", error, "PutObject"));
    await this.client.send(new GetObjectCommand(object)).catch((error: unknown) => this.fail("be read", error, "GetObject"));
    // By its version where there is one, so that nothing of it stays; whoever may not do that may delete it plainly.
    await this.client
      .send(new DeleteObjectCommand({ ...object, VersionId }))
      .catch(() => this.client.send(new DeleteObjectCommand(object)))
      .catch((error: unknown) => this.fail("be deleted from", error, "DeleteObject"));
  }

  public async versioning(): Promise<Versioning> {
    const command = new this.aws.GetBucketVersioningCommand({ Bucket: this.bucket.name });
    const answer = await this.orNot(() => this.client.send(command), "say whether it keeps versions");
    if (typeof answer === "string") return answer;
    return answer.Status === "Enabled" ? "on" : "off";
  }

  public async keepVersions(): Promise<Versioning> {
    const VersioningConfiguration = { Status: "Enabled" } as const;
    const command = new this.aws.PutBucketVersioningCommand({ Bucket: this.bucket.name, VersioningConfiguration });
    const answer = await this.orNot(() => this.client.send(command), "be told to keep versions");
    return typeof answer === "string" ? answer : this.versioning();
  }

  public async isPublic(): Promise<boolean> {
    // What anybody gets is asked as anybody: that holds for servers that have no settings to ask for, too.
    const anybody = new this.aws.S3Client({
      ...this.settings(),
      credentials: { accessKeyId: "", secretAccessKey: "" },
      signer: { sign: (request) => Promise.resolve(request) },
    });
    const { name: Bucket, prefix } = this.bucket;
    const asked = [
      anybody.send(new this.aws.ListObjectsV2Command({ Bucket, MaxKeys: 1 })),
      anybody.send(new this.aws.GetObjectCommand({ Bucket, Key: `${prefix}.pulumi/meta.yaml` })),
    ];
    return (await Promise.allSettled(asked)).some(({ status }) => status === "fulfilled");
  }

  public async closeToPublic(): Promise<boolean> {
    const PublicAccessBlockConfiguration = {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    };
    const command = new this.aws.PutPublicAccessBlockCommand({ Bucket: this.bucket.name, PublicAccessBlockConfiguration });
    const closed = await this.orNot(
      () =>
        this.client.send(command).catch((error: unknown) => {
          // MinIO has no such setting, and takes the call for another one, with a body that is none for it.
          if (codeOf(error) === "MalformedXML") return "unsupported" as const;
          throw error;
        }),
      "be closed to the public",
    );
    return typeof closed !== "string";
  }

  public async list(folder: string): Promise<StoredObject[]> {
    const { name: Bucket, prefix } = this.bucket;
    const found: StoredObject[] = [];
    for (let ContinuationToken: string | undefined; ;) {
      const command = new this.aws.ListObjectsV2Command({ Bucket, Prefix: prefix + folder, Delimiter: "/", ContinuationToken });
      const { Contents = [], NextContinuationToken } = await this.client
        .send(command)
        .catch((error: unknown) => this.fail("be listed", error, "ListBucket"));
      found.push(...Contents.map((each) => this.object(each)));
      ContinuationToken = NextContinuationToken;
      if (ContinuationToken === undefined) return found;
    }
  }

  public async read(key: string, VersionId?: string): Promise<Buffer | undefined> {
    const command = new this.aws.GetObjectCommand({ Bucket: this.bucket.name, Key: this.bucket.prefix + key, VersionId });
    try {
      const { Body } = await this.client.send(command);
      return Body && Buffer.from(await Body.transformToByteArray());
    } catch (error) {
      if (["NoSuchKey", "NoSuchVersion"].includes(codeOf(error))) return undefined;
      throw this.failure("be read", error, VersionId === undefined ? "GetObject" : "GetObjectVersion");
    }
  }

  public async versions(key: string): Promise<StoredVersion[]> {
    const { name: Bucket, prefix } = this.bucket;
    const command = new this.aws.ListObjectVersionsCommand({ Bucket, Prefix: prefix + key });
    const answer = await this.client.send(command).catch((error: unknown) => {
      if (UNSUPPORTED.includes(codeOf(error))) return undefined;
      throw this.failure("say what versions it has", error, "ListBucketVersions");
    });
    return (answer?.Versions ?? [])
      .filter((each) => each.Key === prefix + key && each.VersionId !== undefined && each.VersionId !== "null")
      .map((each) => ({ ...this.object(each), id: each.VersionId ?? "", isLatest: each.IsLatest === true }));
  }

  private object({ Key = "", Size = 0, LastModified }: awsModule._Object): StoredObject {
    return { key: Key.slice(this.bucket.prefix.length), bytes: Size, modified: LastModified ?? new Date(0) };
  }

  private settings(): awsModule.S3ClientConfig {
    const { region, endpoint, pathStyle: forcePathStyle, profile } = this.bucket;
    return {
      region,
      forcePathStyle,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(profile === undefined ? {} : { profile }),
      // Stores other than Amazon's refuse the checksums that the SDK adds by default; Pulumi leaves them out there, too.
      ...(endpoint === undefined ? {} : { requestChecksumCalculation: "WHEN_REQUIRED" as const }),
      requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: ANSWER_MS, throwOnRequestTimeout: true },
    };
  }

  /** What a store answers about itself; whoever works with what is in it need not be allowed to ask. */
  private async orNot<T>(ask: () => Promise<T>, what: string): Promise<T | "unsupported" | "unknown"> {
    try {
      return await ask();
    } catch (error) {
      if (UNSUPPORTED.includes(codeOf(error))) return "unsupported";
      if (isDenied(error)) return "unknown";
      throw this.failure(what, error);
    }
  }

  private fail(what: string, error: unknown, right: string): never {
    throw this.failure(what, error, right);
  }

  private failure(what: string, error: unknown, right?: string): Failure {
    return bucketFailure(this.name, what, error, this.bucket, right);
  }
}
