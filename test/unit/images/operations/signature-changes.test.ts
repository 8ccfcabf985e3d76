import { describe, expect, test } from "vitest";
import type { Image } from "../../../../shared/images/domain/image.ts";
import { activation } from "../../../../shared/images/operations/transfers/activate-image.ts";
import { finalizeImage } from "../../../../shared/images/operations/transfers/finalize-image.ts";
import { openTransfer } from "../../../../shared/images/operations/transfers/open-transfer.ts";
import { demo, hashesOf, memoryService } from "../../../fakes/images/service.ts";
import {
  CERTIFICATE,
  failureOf,
  patchProperties as patch,
  signatureRefused as refused,
  signedProperties,
  trustedAuthority,
} from "../../../fakes/images/signed-image.ts";
import { makeAuthority, makeCertificate } from "../../../fakes/signatures/make-certificate.ts";
import { keysOf } from "../../../fakes/signatures/sign-data.ts";

const data = Buffer.from("0123456789");
const other = Buffer.from("0123456780");

/** An image whose transfer is complete but for its signature. */
async function completing() {
  const service = memoryService();
  const good = signedProperties(service, data);
  const { id } = await service.queuedImage({ properties: good });
  const { ref, complete } = await service.uploaded(id, data);
  await complete();
  const verify = () => finalizeImage(service.ports)(ref, () => true);
  const image = async () => (await service.ports.images.find(id)) as Image;
  return { service, good, id, ref, complete, verify, image };
}

describe("properties that change", () => {
  test.each<[string, Readonly<Record<string, string | undefined>>]>([
    ["to another signature", { img_signature: "AAAA" }],
    [
      "to none",
      {
        img_signature: undefined,
        img_signature_hash_method: undefined,
        img_signature_key_type: undefined,
        img_signature_certificate_uuid: undefined,
      },
    ],
    ["to half of one", { img_signature: undefined }],
  ])("%s while the worker is at it: the upload is refused, and says why", async (_, change) => {
    const { service, id, verify, image, complete } = await completing();
    await patch(service, id, change);
    expect(await verify()).toBe("refused");
    expect(await image()).toMatchObject({ status: "queued", locations: [] });
    expect(await failureOf(complete())).toEqual(refused(/were changed while|Missing: img_signature/));
  });

  test("to a signature, of an image that had none, while it waits for its hashes: it is refused", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const { ref, complete } = await service.uploaded(id, data);
    await complete({ checksum: undefined, os_hash_value: undefined });
    await patch(service, id, signedProperties(service, data));
    expect(await finalizeImage(service.ports)(ref, () => true)).toBe("refused");
    expect(await service.ports.images.find(id)).toMatchObject({ status: "queued" });
  });

  test("of an active image as anybody likes, as in Glance; what was verified is still told", async () => {
    const { service, id, verify, image } = await completing();
    expect(await verify()).toBe("activated");
    await patch(service, id, { img_signature: "AAAA", img_signature_certificate_uuid: "another" });
    expect(await image()).toMatchObject({
      status: "active",
      properties: { img_signature: "AAAA" },
      integrity: { signature: { certificate_uuid: CERTIFICATE } },
    });
  });

  test("between the beginning of a transfer and its completion: what counts is what they are then", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage({ properties: signedProperties(service, other) });
    const { ref, complete } = await service.uploaded(id, data);
    await patch(service, id, signedProperties(service, data));
    await complete();
    expect(await finalizeImage(service.ports)(ref, () => true)).toBe("activated");
  });

  test("a completion with a bad one leaves the transfer open, to be completed with the right one", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const { ref, complete } = await service.uploaded(id, data);
    const good = signedProperties(service, data);
    await patch(service, id, { ...good, img_signature_hash_method: "MD5" });
    expect(await failureOf(complete())).toEqual(refused(/invalid signature hash method/));
    await patch(service, id, good);
    expect((await complete()).transfer.state).toBe("completing");
    expect(await finalizeImage(service.ports)(ref, () => true)).toBe("activated");
  });
});

describe("the beginning of a transfer", () => {
  const request = { size: data.length, leaseSeconds: 60, stage: false, multipart: true };

  test("is refused with a bad signature, before anything is sent", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage({ properties: { img_signature: "AAAA" } });
    expect(await failureOf(openTransfer(service.ports)(demo, id, request))).toEqual(refused(/Missing/));
    expect(service.bytes.uploads.size).toBe(0);
  });

  test("may say that the signature follows where they are enforced, and its completion is refused without", async () => {
    const service = memoryService({ enforce_signatures: true });
    const { id } = await service.queuedImage();
    expect(await failureOf(openTransfer(service.ports)(demo, id, request))).toEqual(refused(/only signed/));
    const { img_signature, ...signatureFollows } = signedProperties(service, data);
    const { ref, complete } = await service.uploaded(id, data, { signatureFollows });
    expect(await failureOf(complete())).toEqual(refused(/only signed/));
    await patch(service, id, { img_signature, ...signatureFollows });
    expect((await complete()).transfer.state).toBe("completing");
    expect(await finalizeImage(service.ports)(ref, () => true)).toBe("activated");
  });

  test("is refused where the certificate of the signature that follows is not good", async () => {
    const service = memoryService();
    const { img_signature: _, ...follows } = signedProperties(service, data);
    const { id } = await service.queuedImage();
    const signatureFollows = { ...follows, img_signature_certificate_uuid: "missing" };
    const opening = openTransfer(service.ports)(demo, id, { ...request, signatureFollows });
    expect(await failureOf(opening)).toEqual(refused(/certificate not found/));
  });

  test("with a signature that is to follow is completed with one only", async () => {
    const service = memoryService();
    const { id } = await service.queuedImage();
    const { img_signature: _, ...signatureFollows } = signedProperties(service, data);
    const { complete } = await service.uploaded(id, data, { signatureFollows });
    expect(await failureOf(complete())).toEqual(refused(/was begun for a signed image.*set img_signature/));
    expect(await service.ports.images.find(id)).toMatchObject({ status: "saving" });
  });
});

/** A signed upload that waits for its completion, by a signer with an authority between him and the trusted one. */
async function begun(prepare: (service: ReturnType<typeof memoryService>) => void = () => {}) {
  const service = memoryService();
  prepare(service);
  const properties = signedProperties(service, data);
  const root = trustedAuthority(service);
  const middle = makeAuthority({ subject: "middle", issuer: root });
  // Within the lease of the transfer.
  const to = new Date(service.ports.clock().getTime() + 30_000).toISOString();
  const leaf = makeCertificate({ issuer: middle, keys: keysOf("ECC_SECP384R1"), to });
  const put = () => service.signers.put(CERTIFICATE, leaf.pem + middle.pem);
  put();
  const { id } = await service.queuedImage({ properties });
  const { ref, complete } = await service.uploaded(id, data);
  const isActivated = async () => {
    expect((await complete()).transfer.state).toBe("completing");
    expect(await finalizeImage(service.ports)(ref, () => true)).toBe("activated");
  };
  return { service, id, complete, put, isActivated };
}

describe("a certificate that is good when a transfer is opened, and when it is completed", () => {
  test("is withdrawn: the completion is refused, and can be repeated once there is one again", async () => {
    const { service, id, complete, put, isActivated } = await begun();
    service.signers.remove(CERTIFICATE);
    expect(await failureOf(complete())).toEqual(refused(/certificate not found/));
    expect(await service.ports.images.find(id)).toMatchObject({ status: "saving" });
    put();
    await isActivated();
  });

  test("cannot be asked for: the completion is refused, and can be repeated", async () => {
    const { service, complete, isActivated } = await begun();
    service.signers.leave(true);
    expect(await failureOf(complete())).toEqual(refused(/unable to retrieve .* Try again later/));
    service.signers.leave(false);
    await isActivated();
  });

  test("is found by a login and the caller has one: it is asked for again", async () => {
    const { service, complete } = await begun(({ signers }) => signers.askByLogin(true));
    service.signers.remove(CERTIFICATE);
    expect(await failureOf(complete())).toEqual(refused(/certificate not found/));
  });

  test("is found by a login and the caller has none: what was found is good still", async () => {
    const { service, isActivated } = await begun(({ signers }) => signers.askByLogin(true));
    service.signers.askByLogin(false);
    await isActivated();
  });

  test.each<[string, (service: ReturnType<typeof memoryService>) => unknown, RegExp]>([
    ["has expired since", ({ pass }) => pass(45), /has expired/],
    ["leads to no trusted one any more", ({ signers }) => signers.distrust(), /not issued by/],
  ])("%s: the completion is refused, with a login and without", async (_, change, reason) => {
    for (const hasLogin of [true, false]) {
      const { service, complete } = await begun(({ signers }) => signers.askByLogin(true));
      service.signers.askByLogin(hasLogin);
      change(service);
      expect(await failureOf(complete())).toEqual(refused(reason));
    }
  });
});

test("no operation can make an image active whose signature it has not verified", async () => {
  const { service, id, ref } = await completing();
  const { image, transfer } = await service.ports.images.findWithTransfer(id, ref.transferId);
  if (!image || !transfer) throw new Error("not prepared");
  const stored = { ...hashesOf(data), size: 10, etag: "e", virtual_size: null };
  const activate = (integrity: Image["integrity"], properties = image.properties) =>
    activation(
      { clock: service.ports.clock, projectLimits: {} },
      { ...image, properties },
      transfer,
      { ...stored, integrity },
      true,
    );
  expect(() => activate({ verified_at: "now" })).toThrow("names a signature that nobody has verified");
  expect(() => activate({}, { img_signature_key_type: "RSA-PSS" })).toThrow("nobody has verified");
  activate({}, {});
});
