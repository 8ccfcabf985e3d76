import type { UploadPartCommand } from "@aws-sdk/client-s3";

const CONTENT_SHA256 = "x-amz-content-sha256";

/**
 * Leaves the body's SHA-256 out of the signature, which S3 allows (S3 API reference, "Authenticating Requests: Using the
 * Authorization Header", unsigned payload option; the signer keeps a value that is there). Only for a command with a
 * ContentMD5: that header is signed, and S3 refuses other bytes, so that a body is hashed once on each side and not twice.
 */
export function withUnsignedPayload(command: UploadPartCommand): UploadPartCommand {
  command.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> };
      headers[CONTENT_SHA256] = "UNSIGNED-PAYLOAD";
      return next(args);
    },
    { step: "build", name: "unsignedPayload" },
  );
  return command;
}
