import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Clock } from "../../../shared/clock.ts";
import { emptyImage, type Image } from "../../../shared/images/domain/image.ts";
import { imageEvent, storeEvent, uploadFailed } from "../../../shared/images/domain/image-events.ts";
import type { ImageStore } from "../../../shared/images/ports/image-store.ts";
import type { Outbox } from "../../../shared/notifications/ports/outbox.ts";

export interface StoreWithOutbox {
  readonly images: ImageStore;
  readonly outbox: Outbox;
}

const created_at = "2020-01-01T00:00:00.000Z";
const anImage = (): Image => ({
  ...emptyImage,
  id: randomUUID(),
  owner: "demo",
  name: "ü",
  created_at,
  updated_at: created_at,
});

async function all(outbox: Outbox) {
  const streams = await Promise.all(outbox.streams.map((stream) => outbox.waiting(stream, 1000)));
  return streams.flat();
}

/** What every outbox must do together with its image store; `make` gives an empty one with this clock. */
export function outboxContract(name: string, make: (clock: Clock) => Promise<StoreWithOutbox>) {
  const ticking = () => {
    let now = Date.UTC(2026, 0, 1);
    return make(() => new Date(now++));
  };
  const created = async ({ images }: StoreWithOutbox, image = anImage()) => {
    const events = [imageEvent("image.create", image)];
    return (await images.commit({ image: { before: undefined, after: image }, events })).image;
  };

  describe(`outbox: ${name}`, () => {
    it("holds what was committed, as it was, in the stream of its image", async () => {
      const store = await ticking();
      const image = await created(store);
      const [entry, ...others] = await store.outbox.waiting(store.outbox.streamOf(image.id), 10);
      expect(others).toEqual([]);
      expect(entry).toMatchObject(imageEvent("image.create", { ...image, revision: 0 }));
      expect(entry?.id).toMatch(/^[0-9a-f-]{36}$/);
      expect(store.outbox.streams).toContain(entry?.stream);
    });

    it("keeps many notifications of one write in their order", async () => {
      const { outbox } = await ticking();
      const subject = randomUUID();
      const sentences = Array.from({ length: 12 }, (_, n) => `${n}`);
      await outbox.add(
        subject,
        sentences.map((payload) => ({ event_type: "image.upload", priority: "ERROR", payload })),
      );
      const waiting = await outbox.waiting(outbox.streamOf(subject), 1000);
      expect(waiting.map(({ payload }) => payload)).toEqual(sentences);
    });

    it("tells when it was written, which is not when its image changed last", async () => {
      const store = await ticking();
      const image = await created(store);
      const [entry] = await store.outbox.waiting(store.outbox.streamOf(image.id), 10);
      expect(entry?.at).toMatch(/^2026-01-01T/);
    });

    it("holds nothing of a change that was refused", async () => {
      const store = await ticking();
      const image = await created(store);
      await expect(created(store, image)).rejects.toThrow();
      expect(await all(store.outbox)).toHaveLength(1);
    });

    it("keeps the order of an image's notifications, those of one change included", async () => {
      const store = await ticking();
      let image = await created(store);
      for (let n = 0; n < 10; n++) {
        const after = { ...image, name: `${n}` };
        const events = [storeEvent("image.upload", after), imageEvent("image.update", after)];
        image = (await store.images.commit({ image: { before: image, after }, events })).image;
      }
      const entries = await store.outbox.waiting(store.outbox.streamOf(image.id), 100);
      const told = entries.map(({ event_type, payload }) => [event_type, (payload as { name: string }).name]);
      const wanted = Array.from({ length: 10 }, (_, n) => [
        ["image.upload", `${n}`],
        ["image.update", `${n}`],
      ]);
      expect(told).toEqual([["image.create", "ü"], ...wanted.flat()]);
    });

    it("is read page by page after a place", async () => {
      const store = await ticking();
      const { id } = await created(store);
      for (let n = 0; n < 6; n++) await store.outbox.add(id, [uploadFailed(id, `${n}`)]);
      const stream = store.outbox.streamOf(id);
      const whole = await store.outbox.waiting(stream, 100);
      const first = await store.outbox.waiting(stream, 3);
      const rest = await store.outbox.waiting(stream, 100, first.at(-1)?.place);
      expect(first).toHaveLength(3);
      expect([...first, ...rest]).toEqual(whole);
      expect(whole.slice(1).map(({ payload }) => String(payload).at(-1))).toEqual([..."012345"]);
    });

    it("gives large notifications, more of them than one read of the database holds", async () => {
      const store = await ticking();
      const { id } = await created(store);
      const reason = "x".repeat(300_000);
      for (let n = 0; n < 8; n++) await store.outbox.add(id, [uploadFailed(id, reason)]);
      expect(await store.outbox.waiting(store.outbox.streamOf(id), 9)).toHaveLength(9);
    });

    it("forgets one entry, however often it is asked to", async () => {
      const store = await ticking();
      const { id } = await created(store);
      await store.outbox.add(id, [uploadFailed(id, "no")]);
      const [first, second] = await store.outbox.waiting(store.outbox.streamOf(id), 10);
      if (!first || !second) throw new Error("two entries were written");
      await Promise.all([store.outbox.remove(first), store.outbox.remove(first)]);
      await store.outbox.remove(first);
      expect(await all(store.outbox)).toEqual([second]);
    });
  });
}
