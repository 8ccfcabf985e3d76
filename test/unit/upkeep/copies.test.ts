import { describe, expect, test } from "vitest";
import { BlobStoreFailed } from "../../../shared/images/ports/blob-store.ts";
import { storesByName } from "../../../shared/images/ports/stores.ts";
import { judgeCopy } from "../../../shared/upkeep/operations/audit/light/judge-bytes.ts";
import { memoryBlobStore } from "../../fakes/images/memory-blob-store.ts";
import { audited, damages } from "./audited-service.ts";
import { lightAudit } from "./light/light-audit.ts";

/** An image that has its bytes in the first store and in `cheap`, under one key. */
async function copied(size = 10) {
  const service = audited();
  const { id, key } = await service.image(size);
  const cheap = memoryBlobStore();
  await cheap.store.put(key, service.bytes.objects.get(key) ?? new Uint8Array());
  const before = await service.find(id);
  const [first] = before.locations;
  if (!first) throw new Error("no data");
  await service.ports.images.commit({
    image: { before, after: { ...before, locations: [first, { ...first, store: "cheap" }] } },
  });
  const open = (isDown = false) => {
    const failing = async () => {
      throw new BlobStoreFailed("it is down");
    };
    const down = { ...cheap.store, head: failing, read: failing };
    return {
      ...service.ports,
      stores: storesByName(
        new Map([
          ["s3", service.ports.stores.of({ store: "s3" })],
          ["cheap", isDown ? down : cheap.store],
        ]),
      ),
    };
  };
  return {
    ...service,
    id,
    key,
    cheap,
    both: ({ isDown = false, ...options }: { isDown?: boolean; hasTime?: () => boolean } = {}) =>
      service.audit({ now: true, ...options }, open(isDown)),
    found: async () => (await service.ports.findings.list({ limit: 10 })).findings,
  };
}

const damagedIn = ({ locations }: { locations: readonly { store: string; damaged?: object }[] }) =>
  locations.filter(({ damaged }) => damaged !== undefined).map(({ store }) => store);

describe("the deep auditor, of an image with two copies", () => {
  test("reads both, and says so once", async () => {
    const service = await copied();
    expect(await service.both()).toMatchObject({ acted: 0, failed: 0 });
    expect(await service.found()).toEqual([]);
    expect((await service.find(service.id)).integrity.audited_at).toBeDefined();
  });

  test.each(Object.keys(damages))(
    "marks one with %s, by its store, and leaves the image in use",
    async (kind) => {
      const service = await copied();
      damages[kind]?.({ bytes: service.cheap }, service.key);
      const result = await service.both();
      expect(result.lines).toContainEqual(
        expect.objectContaining({
          decision: "mark copy",
          why: kind,
          evidence: expect.objectContaining({ store: "cheap" }),
        }),
      );
      const image = await service.find(service.id);
      expect([image.status, image.integrity.quarantined, damagedIn(image)]).toEqual([
        "active",
        undefined,
        ["cheap"],
      ]);
      expect(await service.found()).toMatchObject([
        { kind: `copy-${kind}`, state: "open", object_key: service.key, evidence: { store: "cheap" } },
      ]);
      // No news the second time.
      expect(await service.both()).toMatchObject({ acted: 0 });
      expect(await service.found()).toMatchObject([{ times_seen: 2 }]);
    },
  );

  test("takes the image out of use when both are damaged, and gives it back with the first that is right again", async () => {
    const service = await copied();
    const good = Buffer.from(service.bytes.objects.get(service.key) ?? []);
    damages["hash-mismatch"]?.(service, service.key);
    damages["object-missing"]?.({ bytes: service.cheap }, service.key);
    await service.both();
    const image = await service.find(service.id);
    expect([image.status, damagedIn(image)]).toEqual(["deactivated", ["s3", "cheap"]]);
    expect(image.integrity.quarantined).toMatchObject({
      reason: "object-missing",
      evidence: { store: "cheap" },
    });
    const kinds = (await service.found()).map(({ kind, state }) => `${kind} ${state}`).toSorted();
    expect(kinds).toEqual([
      "copy-hash-mismatch open",
      "copy-object-missing open",
      "object-missing quarantined",
    ]);
    // Seen again neither reason takes the other's place.
    expect(await service.both()).toMatchObject({ acted: 0 });

    service.bytes.objects.set(service.key, good);
    expect(await service.both()).toMatchObject({ acted: 1 });
    const mended = await service.find(service.id);
    expect([mended.integrity.quarantined, damagedIn(mended)]).toEqual([undefined, ["cheap"]]);
    const states = (await service.found()).map(({ kind, state }) => `${kind} ${state}`).toSorted();
    expect(states).toEqual([
      "copy-hash-mismatch mended",
      "copy-object-missing open",
      "object-missing mended",
    ]);
  });

  test("a store that is down marks nothing: the other copy is looked at, and the image stays due", async () => {
    const service = await copied();
    expect(await service.both({ isDown: true })).toMatchObject({ acted: 0, failed: 1 });
    const image = await service.find(service.id);
    expect([image.status, damagedIn(image), image.integrity.audited_at]).toEqual(["active", [], undefined]);
    expect(await service.both()).toMatchObject({ acted: 0, failed: 0 });
    expect((await service.find(service.id)).integrity.audited_at).toBeDefined();
  });

  test("with one copy damaged and the other's store down the image stays in use", async () => {
    const service = await copied();
    damages["object-missing"]?.(service, service.key);
    expect(await service.both({ isDown: true })).toMatchObject({ acted: 1, failed: 1 });
    const image = await service.find(service.id);
    expect([image.status, damagedIn(image)]).toEqual(["active", ["s3"]]);
  });

  test("runs that end anywhere read each byte of both copies once", async () => {
    const size = 3 * 1024 ** 2;
    const service = await copied(size);
    service.reads.length = 0;
    const ofCheap: number[] = [];
    const { read } = service.cheap.store;
    service.cheap.store.read = async (key, offset, length) => {
      ofCheap.push(offset);
      return read(key, offset, length);
    };
    let runs = 0;
    while ((await service.find(service.id)).integrity.audited_at === undefined && runs++ < 20) {
      let asked = 0;
      await service.both({ hasTime: () => ++asked < 3 });
    }
    expect(runs).toBeGreaterThan(2);
    const ranges = [0, 1, 2].map((at) => at * 1024 ** 2);
    expect([service.reads.map(([, offset]) => offset), ofCheap]).toEqual([ranges, ranges]);
  });
});

describe("the light auditor, of an image with two copies", () => {
  async function judged(lose: readonly ("s3" | "cheap")[], isDown = false) {
    const light = lightAudit();
    const { image, key } = await light.active();
    const cheap = memoryBlobStore();
    const bytes = light.bytes.objects.get(key) ?? new Uint8Array();
    await cheap.store.put(key, bytes);
    const [first] = image.locations;
    if (!first) throw new Error("no data");
    const both = await light.change(image.id, { locations: [first, { ...first, store: "cheap" }] });
    if (lose.includes("s3")) light.bytes.objects.delete(key);
    if (lose.includes("cheap")) cheap.objects.delete(key);
    const down = {
      head: async () => {
        throw new BlobStoreFailed("it is down");
      },
    };
    const stores = storesByName(
      new Map([
        ["s3", { head: light.ports.blobs.head }],
        ["cheap", isDown ? down : { head: cheap.store.head }],
      ]),
    );
    light.pass(3 * 3600);
    const audit = { ...light.audit, ports: { ...light.audit.ports, stores } };
    for (const location of both.locations)
      await judgeCopy(audit, both, location)
        .then((decision) => decision?.act())
        .catch((error: unknown) => expect(error).toBeInstanceOf(BlobStoreFailed));
    return {
      after: await light.current(image.id),
      findings: await light.findings(),
      taken: light.audit.brake.taken,
    };
  }

  test("one that is missing is marked, a finding of its store, and counts for the brake", async () => {
    const { after, findings, taken } = await judged(["cheap"]);
    expect([after.status, damagedIn(after), taken]).toEqual(["active", ["cheap"], 1]);
    expect(findings).toMatchObject([
      { kind: "copy-object-missing", state: "open", evidence: { store: "cheap" } },
    ]);
  });

  test("both missing take the image out of use", async () => {
    const { after } = await judged(["s3", "cheap"]);
    expect([after.status, damagedIn(after)]).toEqual(["deactivated", ["s3", "cheap"]]);
  });

  test("a store that is down marks nothing", async () => {
    const { after, findings } = await judged([], true);
    expect([after.status, damagedIn(after), findings]).toEqual(["active", [], []]);
  });
});
