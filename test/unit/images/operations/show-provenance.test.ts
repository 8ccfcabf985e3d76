import { describe, expect, it } from "vitest";
import { statementOf } from "../../../../shared/images/domain/provenance-statement.ts";
import { showProvenance } from "../../../../shared/images/operations/provenance/show-provenance.ts";
import { finalizeImage } from "../../../../shared/images/operations/transfers/finalize-image.ts";
import { uploadImage } from "../../../../shared/images/operations/transfers/upload-image.ts";
import type { DsseEnvelope } from "../../../../shared/signatures/dsse/envelope.ts";
import { verifyEnvelope, verifyingKey } from "../../../../shared/signatures/dsse/verify-envelope.ts";
import { memoryStatementSigner } from "../../../fakes/images/memory-statement-signer.ts";
import { provenanceService } from "../../../fakes/images/provenance-service.ts";
import { admin, alt, demo, hashesOf } from "../../../fakes/images/service.ts";
import { patchProperties } from "../../../fakes/images/signed-image.ts";

const data = Buffer.from("0123456789");
const statementIn = ({ payload }: DsseEnvelope) => JSON.parse(Buffer.from(payload, "base64").toString());

async function uploaded() {
  const service = provenanceService();
  const { id } = await service.queuedImage({ visibility: "community" });
  const { ref, complete } = await service.uploaded(id, data);
  await complete();
  return { ...service, id, verify: () => finalizeImage(service.ports)(ref, () => true) };
}

describe("the statement", () => {
  it("says of stated hashes that nobody has verified them, and of verified ones when", async () => {
    const { id, show, verify } = await uploaded();
    const stated = statementIn(await show(alt, id));
    expect(stated).toMatchObject({
      _type: "https://in-toto.io/Statement/v1",
      subject: [{ name: id, digest: { sha512: hashesOf(data).os_hash_value } }],
      predicateType: "urn:x-serverless-glance:stored-image:v1",
      predicate: {
        ...{ service: "https://image.example", image_id: id, size: data.length, assurance: "stated" },
        ...{ hashes_by: "uploader", verified_at: null, audited_at: null, signature: null, stores: null },
      },
    });
    await verify();
    expect(statementIn(await show(alt, id)).predicate).toMatchObject({
      assurance: "verified",
      verified_at: expect.stringMatching(/^2026-01-01T/),
    });
  });

  it("says of hashes that the service made as the bytes came that they are verified, and not read back since", async () => {
    const service = provenanceService();
    const { id } = await service.queuedImage();
    await uploadImage(service.ports)(demo, id, data);
    expect(statementIn(await service.show(demo, id)).predicate).toMatchObject({
      ...{ assurance: "verified", hashes_by: "service", stated_at: null },
      ...{ verified_at: expect.stringMatching(/^2026-01-01T/), audited_at: null, audited_how: null },
    });
  });

  it("calls nothing verified without a time at which the service hashed it", async () => {
    const service = provenanceService();
    const { id } = await service.queuedImage();
    await uploadImage(service.ports)(demo, id, data);
    const image = service.metadata.images.get(id);
    if (!image) throw new Error(`no image ${id}`);
    const statement = statementOf({ ...image, integrity: {} }, { service: null, stores: null });
    expect(JSON.parse(statement.toString()).predicate).toMatchObject({
      ...{ assurance: "stated", verified_at: null },
    });
  });

  it("tells the owner's project and admins who uploaded the image, and nobody else", async () => {
    const { id, show } = await uploaded();
    const upload = { user_id: "demo", project_id: "demo-project", begun_at: expect.any(String) };
    for (const who of [demo, admin])
      expect(statementIn(await show(who, id)).predicate.upload).toEqual(upload);
    const other = await show(alt, id);
    expect(statementIn(other).predicate).not.toHaveProperty("upload");
    expect(Buffer.from(other.payload, "base64").toString()).not.toContain("demo");
  });
});

describe("the signature", () => {
  it("is by the published key, of the envelope's own encoding", async () => {
    const { id, show, records, signer } = await uploaded();
    const envelope = await show(demo, id);
    const keys = await records.keys();
    expect(keys).toEqual([await signer.publicKey()]);
    expect(verifyEnvelope(envelope, keys.map(verifyingKey))?.kid).toBe(envelope.signatures[0]?.keyid);
    const changed = { ...envelope, payloadType: "application/vnd.other+json" };
    expect(verifyEnvelope(changed, keys.map(verifyingKey))).toBeUndefined();
    const stranger = verifyingKey(await memoryStatementSigner().publicKey());
    expect(verifyEnvelope(envelope, [stranger])).toBeUndefined();
  });

  it("is made once for each change of what is stated, whatever else of the image changes", async () => {
    const service = await uploaded();
    const { id, show, verify, signer } = service;
    const first = await show(alt, id);
    await patchProperties(service, id, { anything: "else" });
    expect(await show(alt, id)).toEqual(first);
    expect(signer.signed()).toBe(1);
    await verify();
    const second = await show(alt, id);
    expect(second.payload).not.toBe(first.payload);
    expect(await show(alt, id)).toEqual(second);
    expect(signer.signed()).toBe(2);
  });

  it("is made again with another key, and the old key stays published", async () => {
    const { id, show, ports, records } = await uploaded();
    const first = await show(alt, id);
    const signer = memoryStatementSigner();
    const second = await showProvenance({ ...ports, signer })(alt, id);
    expect(second.payload).toBe(first.payload);
    const keys = await records.keys();
    for (const envelope of [first, second])
      expect(verifyEnvelope(envelope, keys.map(verifyingKey))?.kid).toBe(envelope.signatures[0]?.keyid);
    expect(first.signatures[0]?.keyid).not.toBe(second.signatures[0]?.keyid);
  });

  it("comes only after its key is published: a publication that fails signs nothing", async () => {
    const { id, ports, signer, records } = await uploaded();
    const failing = { ...records, publish: async () => Promise.reject(new Error("no table")) };
    await expect(showProvenance({ ...ports, records: failing })(demo, id)).rejects.toThrow("no table");
    expect(signer.signed()).toBe(0);
  });
});

describe("nothing is signed", () => {
  it("without a key, and the message says which setting gives one", async () => {
    const { id, ports } = await uploaded();
    await expect(showProvenance({ ...ports, signer: undefined })(demo, id)).rejects.toMatchObject({
      status: 404,
      message: expect.stringContaining("image_provenance"),
    });
  });

  it("of an image that the caller does not see", async () => {
    const service = provenanceService();
    const { id } = await service.queuedImage({ visibility: "private" });
    const { complete } = await service.uploaded(id, data);
    await complete();
    await expect(service.show(alt, id)).rejects.toMatchObject({ status: 404 });
    expect(service.signer.signed()).toBe(0);
  });

  it("of an image without data", async () => {
    const { show, queuedImage, signer } = provenanceService();
    const { id } = await queuedImage();
    await expect(show(demo, id)).rejects.toMatchObject({
      status: 409,
      message: expect.stringContaining("queued"),
    });
    expect(signer.signed()).toBe(0);
  });

  it("of data that verification found wrong", async () => {
    const service = provenanceService();
    const { id } = await service.queuedImage();
    const { ref, complete } = await service.uploaded(id, data);
    await complete({ os_hash_value: "0".repeat(128) });
    await service.show(demo, id);
    await finalizeImage(service.ports)(ref, () => true);
    await expect(service.show(demo, id)).rejects.toMatchObject({
      status: 409,
      message: expect.stringContaining("found wrong"),
    });
  });
});
