import { readFile } from "node:fs/promises";
import { CertificateRefused, checkPath } from "../../shared/signatures/certificates/certificate-path.ts";
import {
  MalformedCertificate,
  readCertificates,
  readTrusted,
} from "../../shared/signatures/certificates/read-certificates.ts";
import { signerKey } from "../../shared/signatures/certificates/signer-key.ts";
import {
  MalformedSignature,
  signatureBytes,
  signatureOf,
  signatureProperties,
} from "../../shared/signatures/image-signature.ts";
import { digestNameOf } from "../../shared/signatures/signature-algorithms.ts";
import { isSignatureOf } from "../../shared/signatures/verify-digest.ts";
import { DataMismatch, UsageError } from "../command-line/failures.ts";
import { startHashThread } from "../machine/hash-thread.ts";
import type { Image } from "../openstack/image-service.ts";

export interface SignatureFiles {
  /** The signer's certificate, PEM or DER. */
  readonly certificate: string;
  /** Those that it must lead to, PEM; undefined: whoever asks knows the certificate. */
  readonly trusted: string | undefined;
}

async function certificatesIn<Read>(file: string, read: (bytes: Buffer) => Read): Promise<Read> {
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw new UsageError(`${file} cannot be read (${cause.code})`);
  });
  try {
    return read(bytes);
  } catch (error) {
    if (error instanceof MalformedCertificate) throw new UsageError(`${file}: ${error.message}`);
    throw error;
  }
}

function namedSignature(image: Image) {
  const given = signatureProperties.flatMap((name) => {
    const value = image[name];
    return typeof value === "string" ? [[name, value] as const] : [];
  });
  const signature = signatureOf(Object.fromEntries(given));
  if (!signature) throw new DataMismatch(`image ${image.id} has no signature`);
  return signature;
}

/**
 * Verifies the signature that an image's properties name, by the same rules as the service. Throws DataMismatch for what
 * is no good signature or certificate, UsageError for files that cannot be read.
 */
export async function signatureCheck(image: Image, { certificate, trusted }: SignatureFiles) {
  try {
    const signature = namedSignature(image);
    const path = await certificatesIn(certificate, (bytes) => readCertificates(bytes));
    if (trusted !== undefined) {
      const anchors = await certificatesIn(trusted, (bytes) => readTrusted(bytes.toString("latin1")));
      checkPath(path, anchors, new Date());
    }
    const [signer] = path;
    if (!signer) throw new UsageError(`${certificate} holds no certificate`);
    const key = signerKey(signer, signature.key_type);
    const name = digestNameOf(signature.hash_method);
    const thread = startHashThread(name);
    return {
      /** Resolves when the buffer may be changed again. */
      update: (bytes: Uint8Array): Promise<void> => thread.update(bytes, false).taken,
      /** Whose it is, in words. Throws DataMismatch. `what` begins the sentence. */
      compare: async (what: string): Promise<string> => {
        const digest = Buffer.from(await thread.digest(), "hex");
        if (!isSignatureOf(key, name, digest, signatureBytes(signature))) {
          throw new DataMismatch(
            `${what} is not what was signed: img_signature is no ${signature.key_type} signature of it by ${certificate}`,
          );
        }
        return signer.subject.replaceAll("\n", ", ");
      },
      close: () => thread.close(),
    };
  } catch (error) {
    const isAbout = error instanceof MalformedSignature || error instanceof CertificateRefused;
    throw isAbout ? new DataMismatch(`image ${image.id}: ${error.message}`) : error;
  }
}
