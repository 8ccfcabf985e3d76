import { AwsFailure } from "../emulators/aws-failure.ts";

/** The refusals of a signature, under the codes that the service called uses for them. */
export interface SignatureFailures {
  anonymous(): AwsFailure;
  unknownKey(accessKeyId: string): AwsFailure;
  mismatch(): AwsFailure;
  skewed(requestTime: string, now: number): AwsFailure;
  expired(expiresAt: number, now: number): AwsFailure;
  malformedHeader(message: string): AwsFailure;
  malformedQuery(message: string): AwsFailure;
  invalidToken(): AwsFailure;
  unsignedHeaders(names: readonly string[]): AwsFailure;
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

// S3 API reference, "Error responses".
const s3Failures: SignatureFailures = {
  anonymous: () => new AwsFailure("AccessDenied", "Access Denied", 403),
  unknownKey: (AWSAccessKeyId) =>
    new AwsFailure(
      "InvalidAccessKeyId",
      "The AWS Access Key Id you provided does not exist in our records.",
      403,
      { AWSAccessKeyId },
    ),
  mismatch: () =>
    new AwsFailure(
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
      403,
    ),
  skewed: (RequestTime, now) =>
    new AwsFailure(
      "RequestTimeTooSkewed",
      "The difference between the request time and the current time is too large.",
      403,
      { RequestTime, ServerTime: iso(now), MaxAllowedSkewMilliseconds: 900000 },
    ),
  expired: (expiresAt, now) =>
    new AwsFailure("AccessDenied", "Request has expired", 403, {
      Expires: iso(expiresAt),
      ServerTime: iso(now),
    }),
  malformedHeader: (message) =>
    new AwsFailure("AuthorizationHeaderMalformed", `The authorization header is malformed; ${message}`),
  malformedQuery: (message) => new AwsFailure("AuthorizationQueryParametersError", message),
  invalidToken: () =>
    new AwsFailure("InvalidToken", "The provided token is malformed or otherwise invalid.", 400),
  unsignedHeaders: (names) =>
    new AwsFailure("AccessDenied", "There were headers present in the request which were not signed", 403, {
      HeadersNotSigned: names.join(", "),
    }),
};

// DynamoDB, SQS and KMS API references, "Common errors".
const jsonFailures: SignatureFailures = {
  anonymous: () => new AwsFailure("MissingAuthenticationTokenException", "Missing Authentication Token"),
  unknownKey: () =>
    new AwsFailure("UnrecognizedClientException", "The security token included in the request is invalid."),
  mismatch: () =>
    new AwsFailure(
      "InvalidSignatureException",
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
    ),
  skewed: (requestTime, now) =>
    new AwsFailure(
      "InvalidSignatureException",
      `Signature expired: ${requestTime} is not within 15 minutes of ${iso(now)}`,
    ),
  expired: (expiresAt, now) =>
    new AwsFailure(
      "InvalidSignatureException",
      `Signature expired: ${iso(expiresAt)} is now earlier than ${iso(now)}`,
    ),
  malformedHeader: (message) => new AwsFailure("IncompleteSignatureException", message),
  malformedQuery: (message) => new AwsFailure("IncompleteSignatureException", message),
  invalidToken: () =>
    new AwsFailure("UnrecognizedClientException", "The security token included in the request is invalid."),
  unsignedHeaders: (names) =>
    new AwsFailure(
      "InvalidSignatureException",
      `'${names.join(", ")}' must be a 'SignedHeader' in the AWS Authorization.`,
    ),
};

export const signatureFailures = (service: string): SignatureFailures =>
  service === "s3" ? s3Failures : jsonFailures;
