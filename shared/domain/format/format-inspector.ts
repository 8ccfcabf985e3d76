import type { RangedReader } from "./ranged-reader.ts";

/** A safety check that failed. `found` completes the sentence "the <format> image …". */
export interface SafetyFailure {
  readonly check: string;
  readonly found: string;
}

export interface Examination {
  /** Bytes of the disk inside; 0 where the format does not say. Always a safe integer. */
  readonly virtualSize: number;
  /** Empty for a safe image. */
  readonly failures: readonly SafetyFailure[];
}

/**
 * One disk format. `recognises` never throws on any data. `examine` is asked only about recognised data, makes a
 * fixed number of reads whatever the headers say, and throws nothing but MalformedImage.
 */
export interface FormatInspector {
  /** oslo.utils' name of the format. */
  readonly name: string;
  /** The disk_format a user should declare for such data; undefined where Glance takes none. */
  readonly declareAs: string | undefined;
  recognises(image: RangedReader): boolean | Promise<boolean>;
  examine(image: RangedReader): Examination | Promise<Examination>;
}
