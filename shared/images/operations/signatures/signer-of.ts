import { X509Certificate } from "node:crypto";
import type { Clock } from "../../../clock.ts";
import { BadRequest, GlanceError } from "../../../errors.ts";
import type { Settings } from "../../../settings.ts";
import { CertificateRefused, checkPath } from "../../../signatures/certificates/certificate-path.ts";
import {
  MAX_CERTIFICATE_BYTES,
  MalformedCertificate,
  readCertificates,
} from "../../../signatures/certificates/read-certificates.ts";
import { signerKey } from "../../../signatures/certificates/signer-key.ts";
import { type ImageSignature, MalformedSignature, signatureOf } from "../../../signatures/image-signature.ts";
import { SignatureRefused } from "../../../signatures/signature-refused.ts";
import type { Image } from "../../domain/image.ts";
import type { TransferSignature } from "../../domain/transfer.ts";
import type { SigningCertificates } from "../../ports/signing-certificates.ts";

export interface SignaturePorts {
  readonly certificates: SigningCertificates;
  readonly clock: Clock;
  readonly settings: Settings;
}

type Signed = Pick<Image, "id" | "properties">;

/** What an image's properties say of its signature. Throws SignatureRefused for what is no signature, or half of one. */
export function imageSignature({ id, properties }: Signed): ImageSignature | undefined {
  try {
    return signatureOf(properties);
  } catch (error) {
    if (error instanceof MalformedSignature) throw new SignatureRefused(id, error.message);
    throw error;
  }
}

/** Refuses an image without a signature where the service takes no other. */
export function requireSignature(image: Signed, { enforce_signatures }: Settings): void {
  if (!enforce_signatures || imageSignature(image)) return;
  throw new BadRequest(
    `This service takes only signed images, and image ${image.id} has no signature: set img_signature, ` +
      "img_signature_hash_method, img_signature_key_type and img_signature_certificate_uuid, then upload again.",
  );
}

async function certificatesOf(
  { certificates }: SignaturePorts,
  imageId: string,
  id: string,
): Promise<readonly X509Certificate[]> {
  let bytes: Uint8Array | undefined;
  try {
    bytes = await certificates.find(id);
  } catch (cause) {
    if (cause instanceof GlanceError) throw cause;
    const refused = new SignatureRefused(
      imageId,
      `unable to retrieve certificate with ID: ${id}. Try again later.`,
    );
    refused.cause = cause;
    throw refused;
  }
  if (!bytes) throw new SignatureRefused(imageId, `certificate not found with ID: ${id}.`);
  if (bytes.length > MAX_CERTIFICATE_BYTES)
    throw new SignatureRefused(imageId, `certificate ${id} has more than ${MAX_CERTIFICATE_BYTES} bytes.`);
  return readCertificates(bytes);
}

function inWords(error: unknown, imageId: string, id: string): unknown {
  if (error instanceof CertificateRefused) return new SignatureRefused(imageId, error.message);
  if (error instanceof MalformedCertificate)
    return new SignatureRefused(imageId, `certificate ${id} cannot be used: ${error.message}.`);
  return error;
}

/**
 * What an upload to this image must be verified by: its signature, and the signer's certificate, asked for and judged
 * now. Undefined for an image without a signature. `known` was found and judged before, for an image that may have got
 * another signature since: the same certificate is not asked for again. Throws SignatureRefused, BadRequest where
 * signatures are enforced.
 */
export const signerOf =
  (ports: SignaturePorts) =>
  async (image: Signed, known?: TransferSignature): Promise<TransferSignature | undefined> => {
    const signature = imageSignature(image);
    requireSignature(image, ports.settings);
    if (!signature) return undefined;
    const { certificate_uuid: id, key_type } = signature;
    const isKnown = known?.certificate_uuid === id;
    try {
      const path = isKnown
        ? [new X509Certificate(Buffer.from(known.certificate, "base64"))]
        : await certificatesOf(ports, image.id, id);
      const [signer] = path;
      if (!signer) throw new MalformedCertificate("it holds no certificate");
      if (ports.settings.enable_certificate_validation && !isKnown)
        checkPath(path, ports.certificates.anchors(), ports.clock());
      signerKey(signer, key_type);
      return { ...signature, certificate: signer.raw.toString("base64") };
    } catch (error) {
      throw inWords(error, image.id, id);
    }
  };
