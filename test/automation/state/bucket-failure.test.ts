import assert from "node:assert/strict";
import { bucketFailure } from "../../../automation/state/bucket-failure";
import type { Bucket } from "../../../automation/state/location";

const BUCKET: Bucket = { name: "lab", prefix: "", region: "garage", endpoint: "https://s3", pathStyle: true, profile: undefined };

describe("what a bucket fails with", () => {
  const cases: [object, string, RegExp][] = [
    [{ name: "CredentialsProviderError" }, "no-credentials", /there are no credentials; set AWS_ACCESS_KEY_ID/],
    [{ name: "Error", code: "ENOTFOUND" }, "store-unreachable", /nobody answers at https:\/\/s3 \(ENOTFOUND\)/],
    [{ name: "TimeoutError" }, "store-unreachable", /nobody answers at https:\/\/s3 \(TimeoutError\)/],
    [
      { name: "Error", code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" },
      "store-unreachable",
      /its certificate is not trusted .*NODE_EXTRA_CA_CERTS/,
    ],
    [{ name: "ExpiredToken" }, "store-refused", /the credentials are not right \(ExpiredToken\)/],
    [{ name: "BucketAlreadyExists" }, "store-refused", /somebody else has a bucket of this name/],
    [{ name: "PermanentRedirect", message: "elsewhere" }, "store-refused", /another region than garage \(elsewhere\)/],
    [{ name: "SlowDown", message: "Please reduce\nyour rate" }, "store-failed", /Please reduce your rate; docs\/state\.md/],
    [{ name: "Odd", message: "UnknownError" }, "store-failed", /cannot be read: Odd; /],
  ];
  for (const [error, code, message] of cases) {
    it(`is said on one line: ${JSON.stringify(error)}`, () => {
      const failure = bucketFailure("lab on https://s3", "be read", error, BUCKET);
      assert.deepEqual([failure.code, failure.exitCode], [code, 1]);
      assert.match(failure.message, message);
      assert.ok(!failure.message.includes("\n"));
    });
  }

  it("names the right that credentials lack, where that is known", () => {
    const message = (right?: string): string => bucketFailure("lab", "be read", { name: "AccessDenied" }, BUCKET, right).message;
    assert.equal(
      message("GetObject"),
      "the bucket lab cannot be read: the credentials may not (AccessDenied); give them s3:GetObject in the store: docs/state.md has the list",
    );
    assert.match(message(), /give them that right in the store/);
  });

  it("is told apart from what to do about it, whatever a server says", () => {
    const error = { name: "AuthorizationHeaderMalformed", message: "the region 'x' is wrong; expecting 'garage'; try again" };
    const { found, remedy } = bucketFailure("lab", "be read", error, BUCKET);
    assert.match(found, /than garage \(the region 'x' is wrong; expecting 'garage'; try again\)$/);
    assert.equal(remedy, "correct state.backend.s3.region");
  });

  it("names the profile that has no credentials", () => {
    const failure = bucketFailure("lab", "be read", { name: "CredentialsProviderError" }, { ...BUCKET, profile: "home" });
    assert.match(failure.message, /there are no credentials in the profile home;/);
  });
});
