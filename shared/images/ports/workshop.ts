import type { ConvertibleFormat } from "../domain/convertible-formats.ts";

/** Data that cannot be converted, by this machine at least; with a sentence for whoever asked for it. */
export class ConversionRefused extends Error {}

/** The program was killed, as where the machine has no memory left. That may pass, or be the image's fault. */
export class ConversionKilled extends Error {}

/** A file of the workshop. */
export interface DiskFile {
  readonly path: string;
  readonly size: number;
  /** Exactly these bytes; fewer only at the file's end. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** All of it, as it comes. */
  stream(): AsyncIterable<Uint8Array>;
}

export interface ConversionOrder {
  readonly from: ConvertibleFormat;
  readonly to: ConvertibleFormat;
  /** More bytes than this are refused. */
  readonly mostBytes: number;
}

/**
 * Where one image is converted: files of this machine, and a program that reads what nobody has to trust. That program is
 * bound in time and memory, opens no file but the one it is given, and reaches no network where the machine allows for
 * that. All that it refuses is a ConversionRefused; `signal` ends what is under way with its reason.
 */
export interface Workshop {
  /** Brings the data here. Throws ConversionRefused where it has no room. */
  take(bytes: AsyncIterable<Uint8Array>, size: number, signal: AbortSignal): Promise<DiskFile>;
  /** What the program says of the data as one of this format; refused if it needs any other file, or is damaged. */
  describe(
    file: DiskFile,
    format: ConvertibleFormat,
    signal: AbortSignal,
  ): Promise<{ readonly virtualSize: number }>;
  /** Writes the same disk in another format. */
  convert(file: DiskFile, order: ConversionOrder, signal: AbortSignal): Promise<DiskFile>;
  /** Deletes all files. Idempotent. */
  close(): Promise<void>;
}

/** The workshops of one machine. */
export interface Workshops {
  /** The same in each life of the machine's folder: by this name it holds what it has in hand. */
  readonly name: string;
  /** What an earlier life has left behind when it was killed: the names of its workshops. */
  readonly leftBehind: readonly string[];
  /** An empty one. */
  open(name: string): Promise<Workshop>;
  /** Deletes what an earlier life has left behind of that name. Idempotent. */
  clear(name: string): Promise<void>;
}
