import { expect } from "vitest";
import type { PatchOperation } from "../../../shared/images/domain/patch-operation.ts";
import { updateImage } from "../../../shared/images/operations/update-image.ts";
import type { HashMethod, SignatureKeyType } from "../../../shared/signatures/signature-algorithms.ts";
import {
  type CertificateRequest,
  type Issued,
  makeAuthority,
  makeCertificate,
} from "../signatures/make-certificate.ts";
import { keysOf, signData } from "../signatures/sign-data.ts";
import { demo, type memoryService } from "./service.ts";

export const CERTIFICATE = "6d8b9f3a-36d1-4b49-9d6b-6ff6a4b6f0b3";

/** An authority that the service trusts. */
export function trustedAuthority({ signers }: Pick<ReturnType<typeof memoryService>, "signers">): Issued {
  const authority = makeAuthority({ subject: "authority" });
  signers.trust(authority.pem);
  return authority;
}

interface SignedOptions {
  readonly keyType?: SignatureKeyType;
  readonly method?: HashMethod;
  readonly certificate?: CertificateRequest;
}

/** The properties of an image with this data; the signer's certificate is where the service finds it. */
export function signedProperties(
  service: Pick<ReturnType<typeof memoryService>, "signers">,
  data: Uint8Array,
  { keyType = "ECC_SECP384R1", method = "SHA-256", certificate = {} }: SignedOptions = {},
) {
  const keys = keysOf(keyType);
  service.signers.put(
    CERTIFICATE,
    makeCertificate({ issuer: trustedAuthority(service), keys, ...certificate }).pem,
  );
  return {
    img_signature: signData(keys.privateKey, method, data).toString("base64"),
    img_signature_hash_method: method as string,
    img_signature_key_type: keyType as string,
    img_signature_certificate_uuid: CERTIFICATE,
  };
}

/** What an uploader is told; undefined when all goes well. */
export const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: { status?: number; message: string }) => ({ status: error.status, message: error.message }),
  );

export const signatureRefused = (reason: RegExp) => ({ status: 400, message: expect.stringMatching(reason) });

/** Sets properties, and removes those that are undefined. */
export const patchProperties = (
  { ports }: ReturnType<typeof memoryService>,
  id: string,
  properties: Readonly<Record<string, string | undefined>>,
) =>
  updateImage(ports)(
    demo,
    id,
    Object.entries(properties).map(
      ([name, value]): PatchOperation =>
        value === undefined ? { op: "remove", name } : { op: "add", name, value },
    ),
  );
