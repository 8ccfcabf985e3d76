import { parseBytes, parseCount } from "../command-line/amounts.ts";
import { UsageError } from "../command-line/failures.ts";
import { MAX_PARALLEL } from "../limits.ts";
import { Parallelism } from "../transfer/parallelism.ts";
import { RateLimit } from "../transfer/rate-limit.ts";

export interface SpeedOptions {
  readonly parallel?: string;
  readonly limitRate?: string;
}

/** How fast one command may go. */
export interface Speed {
  readonly parallelism: Parallelism;
  /** Undefined: as fast as the line. */
  readonly rateLimit: RateLimit | undefined;
}

/** Slower than this, single parts would count as stalled. */
const LEAST_RATE = 64 * 1024;

/** What --parallel and --limit-rate say. Throws UsageError. */
export function speedOf({ parallel, limitRate }: SpeedOptions): Speed {
  const rate = limitRate === undefined ? undefined : parseBytes(limitRate, "--limit-rate");
  if (rate !== undefined && rate < LEAST_RATE)
    throw new UsageError("--limit-rate: at least 64K (bytes a second)");
  const fixed = parallel === undefined ? undefined : parseCount(parallel, "--parallel", 1, MAX_PARALLEL);
  return {
    parallelism: new Parallelism(fixed),
    rateLimit: rate === undefined ? undefined : new RateLimit(rate),
  };
}
