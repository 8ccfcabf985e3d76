/** Arithmetic in a finite field whose elements are integers below its size; all results are. */
export interface Field {
  readonly add: (a: bigint, b: bigint) => bigint;
  readonly subtract: (a: bigint, b: bigint) => bigint;
  readonly multiply: (a: bigint, b: bigint) => bigint;
  /** Throws RangeError for zero, which has none. */
  readonly invert: (a: bigint) => bigint;
  readonly isElement: (a: bigint) => boolean;
  /** Bytes of an element as it is written (SEC 1, section 2.3.5). */
  readonly bytes: number;
}
