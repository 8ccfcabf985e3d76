import { isJsonObject } from "../../../json-object.ts";
import type { StoredPart } from "../../ports/presigning-store.ts";

/** A part as the object that it is stored in. */
export interface Segment extends StoredPart {
  /** Name of the object, in the container of its upload. */
  readonly name: string;
}

/**
 * The number first, so that listings are in the order of the parts. And the size that the part was signed for: a
 * temporary URL cannot bind it, so that whatever came of another length is told by its name, and is no part.
 */
export const segmentName = (number: number, size: number): string =>
  `${String(number).padStart(5, "0")}-${size}`;

/** After all segments of this part and before those of the next one. */
export const afterSegments = (number: number): string => `${String(number).padStart(5, "0")}~`;

/** The part that a name is of; undefined for objects that are no parts. */
export function numberOfSegment(name: string): number | undefined {
  const [, number] = /^(\d{5})-\d+$/.exec(name) ?? [];
  return number === undefined ? undefined : Number(number);
}

/** The parts of a listing (JSON), by number. Of those that came in several sizes, what was written last. */
export function segmentsOf(listing: readonly unknown[]): Segment[] {
  const newest = new Map<number, { readonly segment: Segment; readonly written: string }>();
  for (const entry of listing) {
    if (!isJsonObject(entry)) continue;
    const [name, size, etag] = [String(entry.name), Number(entry.bytes), String(entry.hash)];
    const number = numberOfSegment(name);
    if (number === undefined || segmentName(number, size) !== name) continue;
    const written = String(entry.last_modified);
    const other = newest.get(number);
    // Times of listings are in microseconds, all in one form: they are in order as texts.
    if (other === undefined || other.written < written)
      newest.set(number, { segment: { number, size, etag, name }, written });
  }
  return [...newest.values()].map(({ segment }) => segment).sort((one, two) => one.number - two.number);
}
