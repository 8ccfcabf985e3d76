/** Compressed data that cannot be undone, with a sentence for whoever brought it. */
export class CompressionFailed extends Error {
  override readonly name = "CompressionFailed";
}
