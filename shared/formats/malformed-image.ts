/** A recognised format whose own structure cannot be read: cut off, or its fields contradict each other. */
export class MalformedImage extends Error {
  override readonly name = "MalformedImage";
}
