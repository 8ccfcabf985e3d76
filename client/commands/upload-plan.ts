import { MAX_PARALLEL } from "../limits.ts";
import { parseBytes, parseCount, parsePartNumbers } from "../terminal/amounts.ts";
import { UsageError } from "../terminal/exit-codes.ts";
import { type BeginOptions, begunWith, changedOption, type Said } from "../upload/begun-with.ts";
import { Parallelism } from "../upload/parallelism.ts";
import { RateLimit } from "../upload/rate-limit.ts";

/** As the command line gives them. */
export interface UploadOptions extends BeginOptions {
  /** False: send the data without looking at what it is. */
  readonly inspect?: boolean;
  readonly resume?: boolean;
  readonly new?: boolean;
  readonly decompress?: boolean;
  readonly ticket?: string;
  readonly parts?: string;
  readonly parallel?: string;
  readonly limitRate?: string;
}

/** Slower than this, single parts would count as stalled. */
const LEAST_RATE = 64 * 1024;

/** How fast a command may go, by --parallel and --limit-rate. Throws UsageError. */
export function speedOf(options: { readonly parallel?: string; readonly limitRate?: string }) {
  const { parallel, limitRate } = options;
  const rate = limitRate === undefined ? undefined : parseBytes(limitRate, "--limit-rate");
  if (rate !== undefined && rate < LEAST_RATE)
    throw new UsageError("--limit-rate: at least 64K (bytes a second)");
  const fixed = parallel === undefined ? undefined : parseCount(parallel, "--parallel", 1, MAX_PARALLEL);
  return {
    parallelism: new Parallelism(fixed),
    rateLimit: rate === undefined ? undefined : new RateLimit(rate),
    isLimited: rate !== undefined,
  };
}

/** Throws UsageError for options that contradict each other. */
export function checkUploadOptions(file: string, options: UploadOptions): void {
  const goesOn = options.resume || options.ticket !== undefined;
  if (options.resume && options.ticket !== undefined)
    throw new UsageError("--resume and --ticket: give one of them");
  if (options.parts !== undefined && options.ticket === undefined) {
    throw new UsageError("--parts needs --ticket: begin with imagectl transfer create");
  }
  if (options.parts !== undefined) parsePartNumbers(options.parts);
  if (file === "-" && goesOn)
    throw new UsageError("standard input cannot be read again: give a file to go on with");
  if (options.decompress && goesOn)
    throw new UsageError("--decompress sends a stream, which cannot be gone on with");
  if (options.new && goesOn)
    throw new UsageError("--new begins another upload: leave it out to go on with one");
  if (options.ticket !== undefined) assertSame(options, {});
}

/** Throws UsageError for an option that says something else than what the upload was begun with. */
export function assertSame(options: UploadOptions, then: Said): void {
  const changed = changedOption(begunWith(options), then);
  if (changed !== undefined) throw new UsageError(`--${changed} cannot be changed when an upload goes on`);
}
