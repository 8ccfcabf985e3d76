import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { emptyImage } from "../../../shared/images/domain/image.ts";
import { imageEvent, uploadFailed } from "../../../shared/images/domain/image-events.ts";
import { type Envelope, envelopeOf } from "../../../shared/notifications/domain/envelope.ts";
import type { EventBus } from "../../../shared/notifications/ports/event-bus.ts";

export interface ReadableBus {
  readonly bus: EventBus;
  /** What subscribers got so far. */
  received(): Promise<readonly Envelope[]>;
}

const at = "2026-01-01T00:00:00.123Z";
const facts = () => ({ id: randomUUID(), at, publisherId: "image.localhost" });

export const anEvent = (): Envelope =>
  envelopeOf(imageEvent("image.create", { ...emptyImage, id: "i", created_at: at, updated_at: at }), facts());

/** About `bytes` of JSON. */
const large = (bytes: number, name = "ü"): Envelope => {
  const properties = { big: "x".repeat(bytes) };
  const image = { ...emptyImage, id: "i", name, created_at: at, updated_at: at, properties };
  return envelopeOf(imageEvent("image.update", image), facts());
};

/** What every event bus must do; `make` gives one without subscribers' events. */
export function eventBusContract(name: string, make: () => Promise<ReadableBus>) {
  const published = async (events: readonly Envelope[]) => {
    const { bus, received } = await make();
    const result = await bus.publish(events);
    expect(result).toEqual({
      accepted: new Set(events.map(({ message_id }) => message_id)),
      refused: new Map(),
    });
    return received();
  };
  /** The first copy of each event: more may come. */
  const firsts = (events: readonly Envelope[]) =>
    events.filter(({ message_id }, n) => events.findIndex((other) => other.message_id === message_id) === n);

  describe(`event bus: ${name}`, () => {
    it("hands ten events over in their order, as they are", async () => {
      const events = Array.from({ length: 9 }, anEvent);
      const failed = envelopeOf(uploadFailed("i", 'a "reason" €'), facts());
      expect(firsts(await published([...events, failed]))).toEqual([...events, failed]);
    });

    it("hands over more than fits into one call of the service", async () => {
      const events = Array.from({ length: 10 }, () => large(200_000));
      expect(firsts(await published(events))).toEqual(events);
    });

    it("cuts an event that is too large, and says what is missing", async () => {
      const event = large(400_000);
      const got = firsts(await published([anEvent(), event, anEvent()]));
      expect(got).toHaveLength(3);
      expect(got[1]).toEqual({
        ...event,
        payload: { ...(event.payload as object), properties: {} },
        truncated: ["properties"],
      });
    });
  });
}
