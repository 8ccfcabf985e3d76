import { expect, test } from "vitest";
import type { Image } from "../../../../shared/images/domain/image.ts";
import { finalizeImage } from "../../../../shared/images/operations/transfers/finalize-image.ts";
import { integrityDocument } from "../../../../shared/images/wire/integrity-document.ts";
import { memoryService } from "../../../fakes/images/service.ts";
import {
  CERTIFICATE,
  patchProperties as patch,
  signedProperties,
} from "../../../fakes/images/signed-image.ts";

const data = Buffer.from("0123456789");

async function signedImage() {
  const service = memoryService();
  const properties = signedProperties(service, data);
  const { id } = await service.queuedImage({ properties });
  const { ref, complete } = await service.uploaded(id, data);
  await complete();
  await finalizeImage(service.ports)(ref, () => true);
  const image = async () => (await service.ports.images.find(id)) as Image;
  const told = async () => integrityDocument(await image()).signature;
  return { service, id, properties, image, told };
}

test("says which signature was verified, and that the properties name it", async () => {
  const { told, service, id, properties } = await signedImage();
  const expected = {
    certificate_uuid: CERTIFICATE,
    signature_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    hash_method: "SHA-256",
    key_type: "ECC_SECP384R1",
    same_as_properties: true,
  };
  expect(await told()).toMatchObject(expected);
  // The same one, as openssl writes it.
  await patch(service, id, {
    img_signature: `${properties.img_signature.slice(0, 64)}\n${properties.img_signature.slice(64)}`,
  });
  expect(await told()).toMatchObject(expected);
});

test.each<[string, Readonly<Record<string, string | undefined>>]>([
  ["another signature", { img_signature: "AAAA" }],
  ["another certificate", { img_signature_certificate_uuid: "another" }],
  ["another hash method", { img_signature_hash_method: "SHA-512" }],
  ["another key type", { img_signature_key_type: "RSA-PSS" }],
  ["half of one", { img_signature_key_type: undefined }],
  [
    "none",
    {
      img_signature: undefined,
      img_signature_hash_method: undefined,
      img_signature_key_type: undefined,
      img_signature_certificate_uuid: undefined,
    },
  ],
])("says so where the properties name %s since", async (_, change) => {
  const { told, service, id } = await signedImage();
  const before = await told();
  await patch(service, id, change);
  expect(await told()).toEqual({ ...before, same_as_properties: false });
});

test("does not know it of what an older release has verified", async () => {
  const { image } = await signedImage();
  const { integrity, ...rest } = await image();
  const signature = {
    verified_at: "2025-01-01T00:00:00.000Z",
    certificate_uuid: CERTIFICATE,
    certificate_sha256: "0",
  };
  expect(integrityDocument({ ...rest, integrity: { ...integrity, signature } }).signature).toEqual({
    ...signature,
    signature_sha256: null,
    hash_method: null,
    key_type: null,
    same_as_properties: null,
  });
});
