import type { ImportMethod } from "../../domain/import-work.ts";

/** What a caller asks for, read and not judged yet by the image or the stores. */
export interface ImportRequest {
  readonly method: ImportMethod;
  /** The hash that fetched or staged bytes must have, as its publisher writes it. */
  readonly checksum?: string;
  /** The caller's, for a method that reads with it. */
  readonly token?: string;
  readonly stores?: readonly string[];
  readonly all_stores: boolean;
  readonly all_stores_must_succeed: boolean;
  /** The store that a header names. */
  readonly store?: string;
  /** The whole body, as tasks show it. */
  readonly body: unknown;
  readonly requestId: string;
  /** The task's, where it is not of an image's import: it waits then until a worker begins. */
  readonly taskType?: "import";
}
