import { expect, it } from "vitest";
import { emptyImage } from "../../../shared/images/domain/image.ts";
import { imageEvent, uploadFailed } from "../../../shared/images/domain/image-events.ts";
import { envelopeOf } from "../../../shared/notifications/domain/envelope.ts";
import { truncateToFit } from "../../../shared/notifications/domain/truncate-to-fit.ts";

const at = "2026-01-01T00:00:00.123Z";
const facts = { id: "m", at, publisherId: "image.localhost" };
const image = { ...emptyImage, id: "i", name: "ü", created_at: at, updated_at: at };
const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

it("leaves what fits as it is", () => {
  const envelope = envelopeOf(imageEvent("image.create", image), facts);
  expect(truncateToFit(envelope, bytesOf(envelope))).toBe(envelope);
});

it("empties properties, then tags, of what does not fit, and names them", () => {
  const properties = { big: "€".repeat(1000) };
  const tags = ["t".repeat(500)];
  const envelope = envelopeOf(imageEvent("image.create", { ...image, properties, tags }), facts);
  const once = truncateToFit(envelope, 2000);
  expect(once).toMatchObject({
    message_id: "m",
    truncated: ["properties"],
    payload: { properties: {}, tags },
  });
  expect(bytesOf(once)).toBeLessThanOrEqual(2000);
  const twice = truncateToFit(envelope, 1000);
  expect(twice).toMatchObject({ truncated: ["properties", "tags"], payload: { properties: {}, tags: [] } });
  expect(bytesOf(twice)).toBeLessThanOrEqual(1000);
});

it("cuts a sentence", () => {
  const envelope = truncateToFit(envelopeOf(uploadFailed("i", "x".repeat(9000)), facts), 5000);
  expect(envelope.truncated).toEqual(["payload"]);
  expect(envelope.payload).toHaveLength(1000);
});

it("cuts what else is largest, lists to none and texts to their beginning", () => {
  const payload = {
    name: "o",
    description: "d".repeat(3000),
    properties: [{ name: "p" }],
    required: ["r".repeat(2000)],
  };
  const told = { event_type: "metadef_object.create", priority: "INFO", payload } as const;
  const cut = truncateToFit(envelopeOf(told, facts), 1500);
  expect(cut.truncated).toEqual(["properties", "description", "required"]);
  expect(cut.payload).toEqual({ name: "o", description: "d".repeat(1000), properties: [], required: [] });
  expect(bytesOf(cut)).toBeLessThanOrEqual(1500);
});

it("remembers what was cut before it went into the outbox", () => {
  const payload = { a: "a".repeat(4000), b: "b".repeat(3000) };
  const told = { event_type: "x", priority: "INFO", payload } as const;
  const envelope = envelopeOf(truncateToFit(told, 5000), facts);
  expect(envelope.truncated).toEqual(["a"]);
  expect(truncateToFit(envelope, 3000).truncated).toEqual(["a", "b"]);
});
