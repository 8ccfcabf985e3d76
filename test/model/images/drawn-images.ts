import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { emptyImage, type Image } from "../../../shared/images/domain/image.ts";
import { type MemberStatus, memberStatuses } from "../../../shared/images/domain/member.ts";
import { visibilities } from "../../../shared/images/domain/visibility.ts";
import type { ImageStore } from "../../../shared/images/ports/image-store.ts";

/** An image, and which projects are its members. */
export interface DrawnImage {
  readonly image: Image;
  readonly members: Readonly<Record<string, MemberStatus>>;
}

export const projects = ["demo-project", "alt-project", "third-project"] as const;

// 244 characters of four bytes: what tells these names apart is after the 960th byte.
const longStart = "\u{1F600}".repeat(244);

/** Many the same, many nearly, some strange. */
export const drawnName = fc.oneof(
  { arbitrary: fc.constantFrom("a", "b", "A", "ä", "a:b", "a,b", 'a"b', "in:a", "2026-01-01"), weight: 4 },
  { arbitrary: fc.constantFrom("", "\u0000", "a\u0000", "a\u0001", "\uff21", "\u{1F600}"), weight: 2 },
  fc.string({ unit: "binary", maxLength: 11 }).map((end) => `${longStart}${end}`),
  fc.string({ unit: "binary", maxLength: 5 }),
);

const nullOr = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: null, freq: 3 });

/** Few different times, some in the same second. */
const drawnTime = fc
  .integer({ min: 0, max: 7 })
  .map((step) => new Date(Date.UTC(2026, 0, 1) + step * 400).toISOString());

const attributes = fc.record({
  name: nullOr(drawnName),
  owner: nullOr(fc.constantFrom(projects[0], ...projects)),
  visibility: fc.constantFrom(...visibilities),
  status: fc.constantFrom("queued", "active", "active", "deactivated", "saving", "killed", "deleted"),
  size: nullOr(fc.integer({ min: 0, max: 3 })),
  min_ram: fc.integer({ min: 0, max: 2 }),
  container_format: nullOr(fc.constantFrom("bare", "ovf")),
  disk_format: nullOr(fc.constantFrom("raw", "qcow2", "iso")),
  protected: fc.boolean(),
  os_hidden: fc.constantFrom(false, false, false, true),
  tags: fc.subarray(["x", "y", "z z"]),
  properties: fc.dictionary(fc.constantFrom("os", "hw"), fc.constantFrom("debian", "", "eq:debian"), {
    maxKeys: 2,
  }),
  created_at: drawnTime,
  updated_at: drawnTime,
} as const);

export const drawnImages = (maxLength: number): fc.Arbitrary<DrawnImage[]> =>
  fc.array(
    fc
      .tuple(attributes, fc.dictionary(fc.constantFrom(...projects), fc.constantFrom(...memberStatuses)))
      .map(([drawn, members]) => ({
        image: {
          ...emptyImage,
          ...drawn,
          id: randomUUID(),
          member_count: Object.keys(members).length,
        } satisfies Image,
        members,
      })),
    { minLength: Math.floor(maxLength / 2), maxLength, size: "max" },
  );

/** Writes them as a service does that has all of them behind it. */
export async function seed(store: ImageStore, drawn: readonly DrawnImage[]): Promise<void> {
  for (const { image, members } of drawn) {
    const { id: image_id, created_at, updated_at } = image;
    await store.commit({
      image: { before: undefined, after: image },
      writes: Object.entries(members).map(([member_id, status]) => ({
        kind: "member",
        before: undefined,
        after: { image_id, member_id, status, created_at, updated_at },
      })),
    });
  }
}
