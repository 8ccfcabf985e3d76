import { parseQuery } from "../../iam/sigv4-canonical.ts";
import { ownValue } from "../../own-value.ts";
import { AwsFailure } from "../aws-failure.ts";
import type { S3Call } from "./call.ts";
import type { ObjectDescription } from "./store/stored-object.ts";
import { checkTags } from "./tags.ts";

const metadataPrefix = "x-amz-meta-";
const mostMetadataBytes = 2048;
const kept = ["cache-control", "content-disposition", "content-encoding", "content-language", "expires"];

/** What the request's headers say about the object it makes. */
export function descriptionOf({ headers }: S3Call): ObjectDescription {
  const own = kept.flatMap((name) => {
    const header = ownValue(headers, name);
    const value = name === "content-encoding" ? storedEncoding(header) : header;
    return value === undefined ? [] : [[name, value] as const];
  });
  const tagging = headers["x-amz-tagging"];
  return {
    headers: {
      // S3's default is not the usual one, and clients depend on the difference.
      "content-type": headers["content-type"] || "binary/octet-stream",
      ...Object.fromEntries(own),
    },
    metadata: metadataOf(headers),
    tags: tagging === undefined ? {} : checkTags(parseQuery(tagging)),
  };
}

// aws-chunked is how the body came, not what it is.
function storedEncoding(header: string | undefined): string | undefined {
  const encodings = header?.split(",").map((encoding) => encoding.trim());
  return encodings?.filter((encoding) => encoding !== "aws-chunked").join(",") || undefined;
}

function metadataOf(headers: S3Call["headers"]): Record<string, string> {
  const metadata = new Map<string, string>();
  let bytes = 0;
  for (const [header, value = ""] of Object.entries(headers)) {
    if (!header.startsWith(metadataPrefix)) continue;
    const name = header.slice(metadataPrefix.length);
    metadata.set(name, value);
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  if (bytes > mostMetadataBytes) {
    throw new AwsFailure(
      "MetadataTooLarge",
      "Your metadata headers exceed the maximum allowed metadata size",
      400,
      {
        Size: bytes,
        MaxSizeAllowed: mostMetadataBytes,
      },
    );
  }
  return Object.fromEntries(metadata);
}

export const metadataHeaders = (metadata: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`${metadataPrefix}${name}`, value]));
