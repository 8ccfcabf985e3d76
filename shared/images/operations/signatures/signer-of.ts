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

const encoded = ({ raw }: X509Certificate): string => raw.toString("base64");
const decoded = (text: string): X509Certificate => new X509Certificate(Buffer.from(text, "base64"));

/**
 * What an upload to this image must be verified by: its signature, and the signer's certificate, asked for and judged
 * now. Undefined for an image without a signature. `known` was found before, for an image that may have got another
 * signature since: the same certificate is not asked for again, and judged by the time and the anchors of now. Throws
 * SignatureRefused, BadRequest where signatures are enforced.
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
        ? [known.certificate, ...(known.others ?? [])].map(decoded)
        : await certificatesOf(ports, image.id, id);
      const [signer, ...others] = path;
      if (!signer) throw new MalformedCertificate("it holds no certificate");
      if (ports.settings.enable_certificate_validation)
        checkPath(path, ports.certificates.anchors(), ports.clock());
      signerKey(signer, key_type);
      const isKept = ports.certificates.byLogin !== undefined && others.length > 0;
      return { ...signature, certificate: encoded(signer), ...(isKept && { others: others.map(encoded) }) };
    } catch (error) {
      throw inWords(error, image.id, id);
    }
  };

/**
 * `signerOf` at the end of an upload, which may be days after its beginning: a certificate that was withdrawn meanwhile is
 * found no more, and the upload refused. What the beginning has `kept` counts only where this caller cannot ask.
 */
export const signerAgain =
  (ports: SignaturePorts) =>
  (image: Signed, kept: TransferSignature | undefined): Promise<TransferSignature | undefined> => {
    const { byLogin } = ports.certificates;
    return signerOf(ports)(image, byLogin && !byLogin.hasLogin ? kept : undefined);
  };
