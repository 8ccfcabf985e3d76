import { describe, expect, it } from "vitest";
import { Unavailable } from "../../../../shared/errors.ts";
import { signerOf } from "../../../../shared/images/operations/signatures/signer-of.ts";
import { MAX_CERTIFICATE_BYTES } from "../../../../shared/signatures/certificates/read-certificates.ts";
import { demo, memoryService } from "../../../fakes/images/service.ts";
import { CERTIFICATE, signedProperties, trustedAuthority } from "../../../fakes/images/signed-image.ts";
import { makeAuthority, makeCertificate } from "../../../fakes/signatures/make-certificate.ts";
import { keysOf } from "../../../fakes/signatures/sign-data.ts";

const data = Buffer.from("0123456789");
const id = "3f0f4a6e-4f6b-4a63-8a0b-0a4f5f0a1b2c";

/** A service that knows a signer, and an image of his. */
function signed() {
  const service = memoryService();
  return { ...service, image: { id, properties: signedProperties(service, data) } };
}

describe("the certificate of an image's signer", () => {
  it("has a size up to which it is read", async () => {
    const { ports, signers, image } = signed();
    const pem = makeCertificate({ issuer: trustedAuthority({ signers }), keys: keysOf("ECC_SECP384R1") }).pem;
    signers.put(CERTIFICATE, pem.padEnd(MAX_CERTIFICATE_BYTES));
    expect(await signerOf(ports)(image)).toMatchObject({ certificate_uuid: CERTIFICATE });
    signers.put(CERTIFICATE, pem.padEnd(MAX_CERTIFICATE_BYTES + 1));
    await expect(signerOf(ports)(image)).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining(`more than ${MAX_CERTIFICATE_BYTES} bytes`),
    });
  });

  it("is kept with those between it and its anchor only where callers are asked for by their login", async () => {
    const { ports, signers, image } = signed();
    const middle = makeAuthority({ subject: "middle", issuer: trustedAuthority({ signers }) });
    const keys = keysOf("ECC_SECP384R1");
    signers.put(CERTIFICATE, makeCertificate({ issuer: middle, keys }).pem + middle.pem);
    expect(await signerOf(ports)(image)).not.toHaveProperty("others");
    signers.askByLogin(true);
    expect(await signerOf(ports)(image)).toMatchObject({
      others: [middle.certificate.raw.toString("base64")],
    });
    signers.put(CERTIFICATE, makeCertificate({ issuer: trustedAuthority({ signers }), keys }).pem);
    expect(await signerOf(ports)(image)).not.toHaveProperty("others");
  });

  it("that cannot be asked for now is told as the key manager tells it, or as to be tried again", async () => {
    const { ports, signers, image } = signed();
    const certificates = {
      ...signers.certificates,
      find: async (): Promise<never> => {
        throw new Unavailable("Barbican is away.");
      },
    };
    await expect(signerOf({ ...ports, certificates })(image)).rejects.toMatchObject({ status: 503 });
    signers.leave(true);
    await expect(signerOf(ports)(image)).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining("Try again later"),
    });
  });

  it("that breaks the reading of it is a fault of the service, not of the caller", async () => {
    const { ports, signers, image } = signed();
    const certificates = {
      ...signers.certificates,
      anchors: (): never => {
        throw new TypeError("a fault here");
      },
    };
    await expect(signerOf({ ...ports, certificates })(image)).rejects.toBeInstanceOf(TypeError);
  });

  it("is asked for nobody who has no signature", async () => {
    const { ports } = signed();
    expect(await signerOf(ports)({ id, properties: { owner: demo.userName } })).toBeUndefined();
  });
});
