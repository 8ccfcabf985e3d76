import { describe, expect, it } from "vitest";
import { deleteImage } from "../../../../../shared/images/operations/delete-image.ts";
import { addLocation } from "../../../../../shared/images/operations/locations/add-location.ts";
import { finalizeImage } from "../../../../../shared/images/operations/transfers/finalize-image.ts";
import { uploadImage } from "../../../../../shared/images/operations/transfers/upload-image.ts";
import { SourceTooSlow } from "../../../../../shared/images/ports/blob-store.ts";
import type { Explanation } from "../../../../../shared/log.ts";
import { parseStores } from "../../../../../shared/settings/stores/parse-stores.ts";
import { admin, demo, hashesOf } from "../../../../fakes/images/service.ts";
import { data, refusal, service, stored, url, withWeb, work } from "./with-web.ts";

describe("data at a URL becomes a queued image's", () => {
  const sha512 = { os_hash_algo: "sha512", os_hash_value: hashesOf(data).os_hash_value };

  it("at once without a hash, and gets its hashes later", async () => {
    const one = withWeb();
    const { id } = await one.queuedImage();
    await addLocation(one.ports)(demo, id, { url });
    expect(await stored(one, id)).toMatchObject({
      status: "active",
      size: 10,
      os_hash_value: null,
      locations: [{ store: "web", key: url, registered: true }],
    });
    await work(one);
    expect(await stored(one, id)).toMatchObject({
      status: "active",
      os_hash_algo: "sha512",
      ...hashesOf(data),
    });
  });

  it("when all of it was read and has the hash that came with it", async () => {
    for (const validation of [sha512, { os_hash_algo: "md5", os_hash_value: hashesOf(data).checksum }]) {
      const one = withWeb();
      const { id } = await one.queuedImage();
      await addLocation(one.ports)(demo, id, { url, validation });
      expect((await stored(one, id)).status).toBe("importing");
      await work(one);
      expect(await stored(one, id)).toMatchObject({
        status: "active",
        transfer_id: null,
        ...hashesOf(data),
        locations: [{ store: "web", key: url, size: 10, registered: true }],
      });
    }
  });

  it("never with another hash: the image is queued again, and nothing is deleted", async () => {
    const one = withWeb();
    const { id } = await one.queuedImage();
    const validation = { ...sha512, os_hash_value: "0".repeat(128) };
    await addLocation(one.ports)(demo, id, { url, validation });
    await work(one);
    expect(await stored(one, id)).toMatchObject({
      status: "queued",
      size: null,
      os_hash_value: null,
      locations: [],
    });
    expect([one.web.objects.has(url), one.metadata.deletions.size]).toEqual([true, 0]);
    await addLocation(one.ports)(demo, id, { url });
    expect((await stored(one, id)).status).toBe("active");
  });

  it("unread where do_secure_hash is off: what is said is believed", async () => {
    const one = withWeb({ do_secure_hash: false });
    const { id } = await one.queuedImage();
    const validation = { ...sha512, os_hash_value: "0".repeat(128) };
    await addLocation(one.ports)(demo, id, { url, validation });
    expect(one.work.reading).toEqual([]);
    expect(await stored(one, id)).toMatchObject({
      ...{ status: "active", os_hash_algo: "sha512", os_hash_value: "0".repeat(128) },
    });
    const { id: other } = await one.queuedImage();
    const md5 = { os_hash_algo: "md5", os_hash_value: "0".repeat(32) };
    await addLocation(one.ports)(demo, other, { url, validation: md5 });
    expect(await stored(one, other)).toMatchObject({
      ...{ status: "active", checksum: "0".repeat(32), os_hash_algo: null, os_hash_value: null },
    });
  });

  it("stays in use without hashes where the data goes before it was read, and is queued again where it was to be compared", async () => {
    for (const [validation, status] of [
      [undefined, "active"],
      [sha512, "queued"],
    ] as const) {
      const one = withWeb();
      const { id } = await one.queuedImage();
      await addLocation(one.ports)(demo, id, { url, ...(validation && { validation }) });
      one.web.objects.delete(url);
      await work(one);
      expect(await stored(one, id)).toMatchObject({ status, os_hash_value: null });
    }
  });

  it("and never shows the secret of its URL in a log", async () => {
    const one = withWeb();
    const { id } = await one.queuedImage();
    const secret = "https://user:password@images.example/one.raw?X-Amz-Signature=secret#secret";
    one.web.objects.set(secret, data);
    await addLocation(one.ports)(demo, id, { url: secret });
    one.web.objects.delete(secret);
    const [ref] = one.work.reading.splice(0);
    if (!ref) throw new Error("it was told");
    const told: Explanation[] = [];
    const sources = { ...one.ports, stores: one.ports.sources, readsSources: true } as const;
    await finalizeImage(sources)(
      ref,
      () => true,
      (explanation) => told.push(explanation),
    );
    expect(told).toMatchObject([
      { why: "object-missing", evidence: { key: "https://images.example/one.raw" } },
    ]);
    expect(JSON.stringify(told)).not.toMatch(/secret|password/);
  });

  it("is not waited for without end: too slow for the request, or for the worker, it is refused", async () => {
    const one = withWeb();
    const { id } = await one.queuedImage();
    const head = () => new Promise<never>(() => undefined);
    const silent = { ...one.ports, sources: { of: () => ({ ...one.web.store, head }) }, sourcesMs: 50 };
    await expect(addLocation(silent)(demo, id, { url })).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining("its host answers too slowly"),
    });
    expect((await stored(one, id)).status).toBe("queued");
    for (const [validation, status] of [
      [sha512, "queued"],
      [undefined, "active"],
    ] as const) {
      const { id: other } = await one.queuedImage();
      await addLocation(one.ports)(demo, other, { url, ...(validation && { validation }) });
      const [ref] = one.work.reading.splice(0);
      if (!ref) throw new Error("it was told");
      let reads = 0;
      const read = async () => {
        reads++;
        throw new SourceTooSlow("The source of the image is too slow.");
      };
      const stores = { of: () => ({ ...one.web.store, read }) };
      await finalizeImage({ ...one.ports, stores, readsSources: true })(ref, () => true);
      expect({ reads, status: (await stored(one, other)).status }).toEqual({ reads: 1, status });
      if (validation)
        expect(one.metadata.transfers.get(ref.transferId)).toMatchObject({
          state: "aborted",
          failure: { code: 400, message: "The source of the image is too slow." },
        });
    }
  });

  it("is read by the worker for other hosts, whichever worker is told of it", async () => {
    const one = withWeb();
    const { id } = await one.queuedImage();
    await addLocation(one.ports)(demo, id, { url, validation: sha512 });
    const [ref] = one.work.reading.splice(0);
    if (!ref) throw new Error("it was told");
    expect(await finalizeImage(one.ports)(ref, () => true)).toBe("left to another run");
    expect((await stored(one, id)).status).toBe("importing");
    await work(one);
    expect((await stored(one, id)).status).toBe("active");
  });

  it("is let go of when the image is deleted, also while it is read", async () => {
    for (const validation of [undefined, sha512]) {
      const one = withWeb();
      const { id } = await one.queuedImage();
      await addLocation(one.ports)(demo, id, { url, ...(validation && { validation }) });
      await deleteImage(one.ports)(demo, id);
      await work(one);
      expect([one.web.objects.has(url), one.metadata.deletions.size]).toEqual([true, 0]);
    }
  });

  it("not by everybody, not everything, and not at any time", async () => {
    const one = withWeb();
    const { id } = await one.queuedImage();
    const active = await one.queuedImage();
    await uploadImage(one.ports)(demo, active.id, data);
    const bare = await one.queuedImage({ disk_format: null });
    const key = (await stored(one, active.id)).locations[0]?.key;
    const signature = {
      img_signature: "c2lnbmF0dXJl",
      img_signature_hash_method: "SHA-256",
      img_signature_key_type: "RSA-PSS",
      img_signature_certificate_uuid: "5c8b2a52-0000-4000-8000-000000000000",
    };
    const signed = await one.queuedImage({ properties: signature });
    const add = (wanted: Parameters<ReturnType<typeof addLocation>>[2], caller = demo, image = id) =>
      refusal(addLocation(one.ports)(caller, image, wanted));
    expect({
      active: await add({ url }, demo, active.id),
      reader: await add({ url }, { ...demo, roles: ["reader"] }),
      notWeb: await add({ url: `s3://bucket/${key}` }),
      notWebByAdmin: await add({ url: "file:///etc/passwd" }, admin),
      notWebByService: await add({ url: `s3://bucket/${key}` }, service),
      ourObject: await add({ url: `https://bucket.s3.amazonaws.com/${key}?X-Amz-Signature=1` }),
      ourObjectEncoded: await add({ url: `https://s3.example/b/${encodeURIComponent(key ?? "")}` }),
      gone: await add({ url: `${url}.not` }),
      signed: await add({ url }, demo, signed.id),
      withoutFormats: await add({ url }, demo, bare.id),
      noHash: await add({ url, validation: { os_hash_algo: "sha512", os_hash_value: "zz" } }),
      shortHash: await add({ url, validation: { os_hash_algo: "sha512", os_hash_value: "00" } }),
      otherHash: await add({ url, validation: { os_hash_algo: "sha1", os_hash_value: "0".repeat(40) } }),
    }).toEqual({
      active: 409,
      reader: 403,
      notWeb: 403,
      notWebByAdmin: 403,
      notWebByService: 400,
      ourObject: 400,
      ourObjectEncoded: 400,
      gone: 400,
      signed: 400,
      withoutFormats: 400,
      noHash: 400,
      shortHash: 400,
      otherHash: 400,
    });
    expect(await stored(one, id)).toMatchObject({ status: "queued", locations: [] });
  });

  it("not when its signature or its formats were changed while the source was asked", async () => {
    const one = withWeb();
    const { head } = one.web.store;
    const change =
      (properties: object, more = {}) =>
      async (id: string) => {
        const before = await stored(one, id);
        await one.ports.images.commit({
          image: { before, after: { ...before, ...more, properties: { ...properties } } },
        });
      };
    const signature = {
      img_signature: "c2lnbmF0dXJl",
      img_signature_hash_method: "SHA-256",
      img_signature_key_type: "RSA-PSS",
      img_signature_certificate_uuid: "5c8b2a52-0000-4000-8000-000000000000",
    };
    for (const [changed, status] of [
      [change(signature), 400],
      [change({}, { disk_format: "iso" }), 409],
      [change({ other: "x" }), 0],
    ] as const) {
      const { id } = await one.queuedImage();
      const meanwhile = async (key: string) => {
        const found = await head(key);
        await changed(id);
        return found;
      };
      const sources = { of: () => ({ ...one.web.store, head: meanwhile }) };
      const ports = { ...one.ports, sources };
      expect(await refusal(addLocation(ports)(demo, id, { url }))).toBe(status);
      expect((await stored(one, id)).status).toBe(status === 0 ? "active" : "queued");
    }
  });

  it("only where a store reads such URLs", async () => {
    const one = withWeb({ enabled_backends: parseStores("s3:s3,cheap:s3") });
    const { id } = await one.queuedImage();
    expect(await refusal(addLocation(one.ports)(demo, id, { url }))).toBe(403);
    expect(await refusal(addLocation(one.ports)(service, id, { url }))).toBe(400);
  });
});
