/**
 * A stored object that is read by ranges, so that inspecting a terabyte costs a few small reads.
 * `read` answers exactly the range asked for, shorter only where the object ends.
 */
export interface ByteSource {
  /** Bytes in the whole object. */
  readonly size: number;
  read(offset: number, length: number): Promise<Uint8Array>;
}
