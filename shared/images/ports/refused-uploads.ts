/**
 * Uploads with data that were answered with an error before anything of them was on the image's record, a refused login
 * among them. Whoever may send a request can put an id in here, so it is asked about empty uploads only: never does it
 * keep an upload with data out.
 */
export interface RefusedUploads {
  /** Remembers one until then (ISO 8601). Idempotent. */
  note(imageId: string, until: string): Promise<void>;
  /** Until when the latest one of this image is remembered, past times included. Strongly consistent. */
  rememberedUntil(imageId: string): Promise<string | undefined>;
}
