import { describe, expect, it, test } from "vitest";
import { finalizeImage } from "../../../../shared/images/operations/transfers/finalize-image.ts";
import { stageImage, uploadImage } from "../../../../shared/images/operations/transfers/upload-image.ts";
import { keyTypes } from "../../../../shared/signatures/signature-algorithms.ts";
import { demo, memoryService } from "../../../fakes/images/service.ts";
import {
  CERTIFICATE,
  failureOf,
  patchProperties as patch,
  signatureRefused as refused,
  signedProperties,
} from "../../../fakes/images/signed-image.ts";
import { makeCertificate } from "../../../fakes/signatures/make-certificate.ts";
import { keysOf } from "../../../fakes/signatures/sign-data.ts";

const data = Buffer.from("0123456789");
const other = Buffer.from("0123456780");
type Service = ReturnType<typeof memoryService>;
type Properties = Readonly<Record<string, string>>;

/** Every way by which bytes come; each ends with the image active, or throws what the uploader is told. */
const ways: Readonly<Record<string, (service: Service, id: string, bytes: Buffer) => Promise<unknown>>> = {
  "a PUT": (service, id, bytes) => uploadImage(service.ports)(demo, id, bytes),
  "a transfer with stated hashes": async (service, id, bytes) => {
    const { ref, complete } = await service.uploaded(id, bytes);
    expect((await complete()).transfer.state).toBe("completing");
    const found = await finalizeImage(service.ports)(ref, () => true);
    if (found === "refused") await complete();
  },
  "a transfer without": async (service, id, bytes) => {
    const { ref, complete } = await service.uploaded(id, bytes);
    await complete({ checksum: undefined, os_hash_value: undefined });
    const found = await finalizeImage(service.ports)(ref, () => true);
    if (found === "refused") await complete();
  },
};

describe.each(Object.entries(ways))("a signed image by %s", (_, upload) => {
  test("is active when its signature is verified, and says by whose certificate", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage({ properties: signedProperties(service, data) });
    await upload(service, id, data);
    expect(await service.ports.images.find(id)).toMatchObject({
      status: "active",
      integrity: {
        signature: {
          certificate_uuid: CERTIFICATE,
          certificate_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      },
    });
  });

  test("is queued without bytes when its data is other data; with the right data it becomes active then", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage({ properties: signedProperties(service, data) });
    expect(await failureOf(upload(service, id, other))).toEqual(
      refused(
        new RegExp(
          `^Signature verification failed for image ${id}: img_signature is no ECC_SECP384R1 .*Upload`,
        ),
      ),
    );
    expect(await service.ports.images.find(id)).toMatchObject({
      status: "queued",
      size: null,
      locations: [],
    });
    await upload(service, id, data);
    expect(await service.ports.images.find(id)).toMatchObject({ status: "active" });
  });

  test("tells of the failure with its reason", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage({ properties: signedProperties(service, data) });
    await failureOf(upload(service, id, other));
    const told = [...service.metadata.outboxEntries.values()];
    expect(told.filter(({ priority }) => priority === "ERROR")).toMatchObject([
      { event_type: "image.upload", payload: expect.stringContaining("Signature verification failed") },
    ]);
  });

  test.each<
    [string, (good: Properties, service: Service) => Readonly<Record<string, string | undefined>>, RegExp]
  >([
    [
      "half of its properties",
      () => ({ img_signature_hash_method: undefined }),
      /Missing: img_signature_hash_method/,
    ],
    ["nonsense for a signature", () => ({ img_signature: "nonsense" }), /img_signature is no|base64/],
    [
      "an unknown hash method",
      () => ({ img_signature_hash_method: "SHA-1" }),
      /invalid signature hash method/,
    ],
    ["an unknown key type", () => ({ img_signature_key_type: "ECC_P256" }), /invalid signature key type/],
    ["a key of another curve", () => ({ img_signature_key_type: "ECC_SECP521R1" }), /ec on secp384r1/],
    ["a key of another kind", () => ({ img_signature_key_type: "RSA-PSS" }), /invalid public key type/],
    ["no certificate", () => ({ img_signature_certificate_uuid: "missing" }), /certificate not found/],
    [
      "a certificate that is none",
      (_good, { signers }) => {
        signers.put("text", "no certificate");
        return { img_signature_certificate_uuid: "text" };
      },
      /certificate text cannot be used: it is no X.509/,
    ],
    [
      "a certificate of a stranger",
      (_good, { signers }) => {
        signers.put("stranger", makeCertificate().pem);
        return { img_signature_certificate_uuid: "stranger" };
      },
      /not issued by an authority that is trusted here/,
    ],
    [
      "a key manager that is away",
      (_good, { signers }) => {
        signers.leave(true);
        return {};
      },
      /unable to retrieve certificate/,
    ],
  ])("is refused with %s", async (_what, change, reason) => {
    const service = memoryService();
    const good = signedProperties(service, data);
    const wanted = Object.entries({ ...good, ...change(good, service) });
    const properties = Object.fromEntries(wanted.filter(([, value]) => value !== undefined));
    const { id } = await service.queuedImage({ properties });
    expect(await failureOf(upload(service, id, data))).toEqual(refused(reason));
    expect(await service.ports.images.find(id)).toMatchObject({ status: "queued", locations: [] });
  });

  test.each([
    ["expired", { to: "2025-12-31T00:00:00Z" }, /has expired at/],
    ["for keys only", { usage: ["keyEncipherment"] }, /key usage/],
  ] as const)("is refused with a certificate that is %s", async (_what, certificate, reason) => {
    const service = memoryService();
    const properties = signedProperties(service, data, { certificate });
    const { id } = await service.queuedImage({ properties });
    expect(await failureOf(upload(service, id, data))).toEqual(refused(reason));
  });

  test("without trust anchors only where certificates are not validated", async () => {
    for (const [validated, status] of [
      [true, "queued"],
      [false, "active"],
    ] as const) {
      const service = memoryService({ enable_certificate_validation: validated });
      const properties = signedProperties(service, data);
      const keys = keysOf("ECC_SECP384R1");
      service.signers.put(CERTIFICATE, makeCertificate({ keys, issuer: makeCertificate() }).pem);
      const { id } = await service.queuedImage({ properties });
      await failureOf(upload(service, id, data));
      expect(await service.ports.images.find(id)).toMatchObject({ status });
    }
  });

  test("where signatures are enforced, one without is refused with what to set", async () => {
    const service = memoryService({ enforce_signatures: true });
    const { id } = await service.queuedImage();
    expect(await failureOf(upload(service, id, data))).toEqual(
      refused(/takes only signed images.*set img_signature, img_signature_hash_method/),
    );
    await patch(service, id, signedProperties(service, data));
    await upload(service, id, data);
    expect(await service.ports.images.find(id)).toMatchObject({ status: "active" });
  });
});

it.each([...keyTypes.keys()])("the worker verifies a signature by a key of type %s", async (keyType) => {
  const service = memoryService();
  const { id } = await service.queuedImage({ properties: signedProperties(service, data, { keyType }) });
  const { ref, complete } = await service.uploaded(id, data);
  await complete();
  expect(await finalizeImage(service.ports)(ref, () => true)).toBe("activated");
});

test("staged bytes are taken as they are: whoever imports them verifies them", async () => {
  const service = memoryService();
  const { id } = await service.queuedImage({ properties: signedProperties(service, data) });
  expect(await stageImage(service.ports)(demo, id, other)).toMatchObject({ status: "uploading" });
});
