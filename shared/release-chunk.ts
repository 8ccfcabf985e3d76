/**
 * Frees a chunk of a connection at once: nobody may use it any more. Left to the collector, the chunks of a gigabyte have
 * it look at everything sixty times. A chunk that is a part of something larger is left alone.
 */
export function releaseChunk({ buffer, byteLength }: Uint8Array): void {
  // Node 20, which clients may run on, has no `transfer`.
  if (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength) buffer.transfer?.(0);
}
