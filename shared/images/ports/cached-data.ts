import type { Image } from "../domain/image.ts";
import type { Location } from "../domain/location.ts";

/** Copies of images' data, for those that lie where clients must not be led to: they send their tokens along. */
export interface CachedData {
  /**
   * A URL of the image's copy, for whoever may read the image. Throws a GlanceError that says what to do while there is
   * none, and sees to it that there will be one.
   */
  urlOf(image: Image): Promise<string>;
  /** Notes that a place of our own has served the image. Never throws: no download fails of it. */
  noteServed(image: Image, place: Location): Promise<void>;
}
