import type { RangedReader } from "./ranged-reader.ts";

/** A safety check that failed. */
export interface SafetyFailure {
  readonly check: string;
  /** Completes the sentence "the data is <format> and …". */
  readonly found: string;
  /** Whole sentences: what to do so that an upload is taken. */
  readonly remedy: string;
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
  /** The name that `qemu-img -f` takes. */
  readonly qemuName: string;
  /**
   * What lies on a disk as it is. No reader opens another file because of it, so data declared raw may hold it in
   * any state: raw promises nothing about partition tables or file systems.
   */
  readonly plain?: true;
  /** `declared` is the disk_format, where it is known: some marks count only for data that was declared so. */
  recognises(image: RangedReader, declared?: string): boolean | Promise<boolean>;
  examine(image: RangedReader): Examination | Promise<Examination>;
}
