import { createHash } from "node:crypto";
import zlib from "node:zlib";
import { CompressionFailed } from "../compression-failed.ts";
import { crc64 } from "./crc64.ts";

/** What a block ends with. */
export interface XzCheck {
  readonly bytes: number;
  readonly update: (bytes: Uint8Array) => void;
  readonly digest: () => Buffer;
}

function ofCrc32(): XzCheck {
  let value = 0;
  return {
    bytes: 4,
    update: (bytes) => {
      value = zlib.crc32(bytes, value);
    },
    digest: () => {
      const digest = Buffer.alloc(4);
      digest.writeUInt32LE(value);
      return digest;
    },
  };
}

function ofSha256(): XzCheck {
  const hash = createHash("sha256");
  return {
    bytes: 32,
    update: (bytes) => {
      hash.update(bytes);
    },
    digest: () => hash.digest(),
  };
}

/** The check of this number (xz-file-format 2.1.1.2). Throws CompressionFailed for none of the four that xz has. */
export function xzCheck(id: number): XzCheck {
  if (id === 0) return { bytes: 0, update: () => undefined, digest: () => Buffer.alloc(0) };
  if (id === 1) return ofCrc32();
  if (id === 4) return { bytes: 8, ...crc64() };
  if (id === 10) return ofSha256();
  throw new CompressionFailed(
    `The xz data has a check of type ${id}, which is unknown: compress it with xz.`,
  );
}
