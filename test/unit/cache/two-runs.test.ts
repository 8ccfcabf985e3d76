import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { attendImage } from "../../../shared/cache/operations/attend-image.ts";
import { queueImage } from "../../../shared/cache/operations/queue-image.ts";
import { admin } from "../../fakes/images/service.ts";
import { cacheService, PART_BYTES } from "./cache-service.ts";

/** A call that waits until it is let on. */
function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

/** An image of two parts, and a run over it whose store is one's own. */
async function twoParts() {
  const service = cacheService();
  const { ports, active } = service;
  const data = randomBytes(2 * PART_BYTES);
  const image = await active("web", data);
  await queueImage(ports)(admin, image.id);
  const run = (over: Partial<typeof ports>) =>
    attendImage({ ...ports, ...over })({ imageId: image.id }, () => true);
  return { ...service, data, image, run };
}

describe("two runs over one image", () => {
  it("never work at the same time: the second one leaves it to the first", async () => {
    const { run, ports, copies } = await twoParts();
    const { open, opened } = gate();
    const sending = gate();
    const sendPart: typeof copies.store.sendPart = async (...part) => {
      sending.open();
      await opened;
      return copies.store.sendPart(...part);
    };
    const first = run({ copies: { ...copies.store, sendPart } });
    await sending.opened;
    let parts = 0;
    const counting: typeof copies.store.sendPart = (...part) => {
      parts++;
      return copies.store.sendPart(...part);
    };
    expect(await run({ copies: { ...ports.copies, sendPart: counting } })).toBe("left to another run");
    expect(parts).toBe(0);
    open();
    expect(await first).toBe("cached");
  });

  it("are not stopped by what the prefetcher writes into the entry at that moment", async () => {
    const { run, ports, records } = await twoParts();
    const findQueued: typeof records.findQueued = async (id) => {
      const before = await records.findQueued(id);
      if (before && !before.handed_at)
        await records.commit({ queued: { before, after: { ...before, handed_at: before.queued_at } } });
      return before;
    };
    expect(await run({ records: { ...ports.records, findQueued } })).toBe("cached");
  });

  it("of which one has lost its hold and sends other bytes late never make a copy that is served", async () => {
    const { run, ports, copies, data, image, records, pass, attend, download } = await twoParts();
    const { open, opened } = gate();
    // What a hostile source gives to the first run, which sends it when the second one is done with that part.
    const other = randomBytes(PART_BYTES);
    let lags = true;
    const late: typeof copies.store.sendPart = async (key, uploadId, number, bytes) => {
      if (!lags) return copies.store.sendPart(key, uploadId, number, bytes);
      lags = false;
      await opened;
      return copies.store.sendPart(key, uploadId, number, other);
    };
    const first = run({ copies: { ...copies.store, sendPart: late } });
    await expect.poll(() => lags).toBe(false);
    pass(121);
    let sent = 0;
    const second = await run({
      copies: {
        ...copies.store,
        sendPart: async (...part) => {
          const etag = await ports.copies.sendPart(...part);
          if (++sent === 1) {
            open();
            expect(await first).toBe("left to another run");
          }
          return etag;
        },
      },
    });
    expect(second).toBe("failed");
    expect(await records.findCached(image.id)).toBeUndefined();
    pass(61);
    expect(await attend(image.id)).toBe("cached");
    expect(await download(image.id)).toMatch(/^memory:cache/);
    expect(copies.objects.get((await records.findCached(image.id))?.key ?? "")).toEqual(data);
  });

  it("of which the slower one fails leave the good copy of the faster one alone", async () => {
    const { run, ports, image, records, pass, attend, foreign } = await twoParts();
    const { open, opened } = gate();
    const asked = gate();
    const stores: typeof ports.stores = {
      of: (bytes) => ({
        ...ports.stores.of(bytes),
        read: async () => {
          asked.open();
          await opened;
          return new Uint8Array();
        },
      }),
    };
    const slow = run({ stores });
    await asked.opened;
    pass(121);
    expect(await attend(image.id, () => false)).toBe("continues");
    const before = await records.findQueued(image.id);
    open();
    expect(await slow).toBe("left to another run");
    expect(await records.findQueued(image.id)).toEqual(before);
    expect(before?.copy?.offset).toBe(PART_BYTES);
    expect(await Array.fromAsync(records.listRemovals())).toEqual([]);
    expect(await attend(image.id)).toBe("cached");
    expect(foreign.objects.size).toBe(1);
  });
});
