import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { createCRC32, createCRC64 } from "hash-wasm";

export type ChecksumAlgorithm = "CRC32" | "CRC32C" | "CRC64NVME" | "SHA1" | "SHA256" | "SHA512";
export type ChecksumType = "FULL_OBJECT" | "COMPOSITE";

/** A checksum that is fed as the bytes come by. */
export interface RunningChecksum {
  update(chunk: Uint8Array): void;
  digest(): Buffer;
}

interface AlgorithmTraits {
  readonly digestBytes: number;
  /** The types that a multipart upload may have, its default first (S3 user guide, "Checking object integrity"). */
  readonly multipartTypes: readonly ChecksumType[];
  /** Polynomial of a CRC, bits reversed. */
  readonly polynomial?: bigint;
}

const composite = ["COMPOSITE"] as const;
const traits: Readonly<Record<ChecksumAlgorithm, AlgorithmTraits>> = {
  CRC32: { digestBytes: 4, multipartTypes: ["COMPOSITE", "FULL_OBJECT"], polynomial: 0xedb88320n },
  CRC32C: { digestBytes: 4, multipartTypes: ["COMPOSITE", "FULL_OBJECT"], polynomial: 0x82f63b78n },
  CRC64NVME: { digestBytes: 8, multipartTypes: ["FULL_OBJECT"], polynomial: 0x9a6c9329ac4bc9b5n },
  SHA1: { digestBytes: 20, multipartTypes: composite },
  SHA256: { digestBytes: 32, multipartTypes: composite },
  SHA512: { digestBytes: 64, multipartTypes: composite },
};

export const checksumTraits = (algorithm: ChecksumAlgorithm): AlgorithmTraits => traits[algorithm];

export const checksumAlgorithms = Object.keys(traits) as readonly ChecksumAlgorithm[];

export const checksumHeader = (algorithm: ChecksumAlgorithm): string =>
  `x-amz-checksum-${algorithm.toLowerCase()}`;

export async function startChecksum(algorithm: ChecksumAlgorithm): Promise<RunningChecksum> {
  switch (algorithm) {
    case "CRC32":
      return runningCrc32();
    case "CRC32C":
      return runningWasm(await createCRC32(0x82f63b78));
    case "CRC64NVME":
      return runningWasm(await createCRC64("9a6c9329ac4bc9b5"));
    default:
      return createHash(algorithm.toLowerCase());
  }
}

function runningCrc32(): RunningChecksum {
  let value = 0;
  return {
    update: (chunk) => {
      value = crc32(chunk, value);
    },
    digest: () => {
      const digest = Buffer.alloc(4);
      digest.writeUInt32BE(value);
      return digest;
    },
  };
}

function runningWasm(hasher: Awaited<ReturnType<typeof createCRC32>>): RunningChecksum {
  hasher.init();
  return {
    update: (chunk) => hasher.update(chunk),
    digest: () => Buffer.from(hasher.digest("binary")),
  };
}
