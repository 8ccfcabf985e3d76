import type { Image } from "../domain/image.ts";
import type { Location } from "../domain/location.ts";

/** A copy that is being made, as far as it can be read already. Nothing of it is verified yet. */
export interface CopyProgress {
  /** Another one, when it was begun anew: then what was read of it before is of no use. */
  readonly copy: string;
  readonly size: number;
  readonly piece_bytes: number;
  /** URLs of the pieces from the one that was asked for on, in their order, as many as there are, a few at most. */
  readonly pieces: readonly string[];
}

/** A copy that is complete and verified. */
export interface ServedCopy {
  readonly url: string;
  /** Of all its bytes, in hexadecimal: whoever has followed it compares. */
  readonly sha512: string | null;
}

/** Copies of images' data, for those that lie where clients must not be led to: they send their tokens along. */
export interface CachedData {
  /**
   * A URL of the image's copy, for whoever may read the image. Throws a GlanceError that says what to do while there is
   * none, and sees to it that there will be one.
   */
  urlOf(image: Image): Promise<string>;
  /**
   * The same for a reader who follows a copy while it is being made, and has all pieces before `first` (0: none). Throws
   * the same where there is nothing to follow yet: a copy has pieces only if somebody asked so before it was begun.
   */
  follow(image: Image, first: number): Promise<CopyProgress | ServedCopy>;
  /** Notes that a place of our own has served the image. Never throws: no download fails of it. */
  noteServed(image: Image, place: Location): Promise<void>;
}
