import { createPrivateKey, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import {
  digestNameOf,
  type HashMethod,
  keyTypes,
  type SignatureKeyType,
} from "../../shared/signatures/signature-algorithms.ts";
import { UsageError } from "../command-line/failures.ts";
import { type HashThread, startSignThread } from "../machine/hash-thread.ts";

/** How an image is to be signed, as its user says. */
export interface Signing {
  /** Absolute. */
  readonly keyFile: string;
  readonly certificateId: string;
  readonly method: HashMethod;
}

/** Who signs an image while it is read. */
export interface ImageSigner {
  /** What the image's properties say of the signature, besides itself. */
  readonly properties: Readonly<Record<string, string>>;
  /** Takes all bytes; its digest is the signature, base64. */
  start(): HashThread;
}

function keyTypeOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): SignatureKeyType | undefined {
  const found = [...keyTypes].find(
    ([, kind]) =>
      kind.kind === asymmetricKeyType &&
      (!("curve" in kind) || kind.curve === asymmetricKeyDetails?.namedCurve),
  );
  return found?.[0];
}

async function privateKey(file: string): Promise<KeyObject> {
  const pem = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw new UsageError(`--sign-key: ${file} cannot be read (${cause.code})`);
  });
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    // OpenSSL's own words may quote the file.
    const isLocked = (cause as NodeJS.ErrnoException).code === "ERR_MISSING_PASSPHRASE";
    throw new UsageError(
      isLocked
        ? `--sign-key: ${file} has a passphrase; take it off into a file that only you can read: openssl pkey -in ${file}`
        : `--sign-key: ${file} is no private key in PEM`,
    );
  }
}

/** Reads the key. Throws UsageError for what is no key, or none that the service verifies signatures of. */
export async function imageSigner({ keyFile, certificateId, method }: Signing): Promise<ImageSigner> {
  const key = await privateKey(keyFile);
  const keyType = keyTypeOf(key);
  if (keyType === undefined) {
    throw new UsageError(
      `--sign-key: signatures by this kind of key are not verified. One of these is needed: ${[...keyTypes.keys()].join(", ")}`,
    );
  }
  return {
    properties: {
      img_signature_hash_method: method,
      img_signature_key_type: keyType,
      img_signature_certificate_uuid: certificateId,
    },
    start: () =>
      startSignThread(digestNameOf(method), key.export({ type: "pkcs8", format: "pem" }).toString()),
  };
}
