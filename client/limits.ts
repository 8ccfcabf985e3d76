import type { RetryPolicy } from "./protocol/retry.ts";

const MIB = 1024 ** 2;

/** Parts held in memory by one upload, being read and hashed ones included. The process stays below 400 MB with it. */
export const BUFFER_BYTES = 216 * MIB;
export const MAX_PARALLEL = 8;
export const FIRST_PARALLEL = 4;

/** Longest silence of the API: a little more than API Gateway's 29 s. */
export const API_IDLE_MS = 35_000;
/** Longest silence of S3 while a part or a range is on its way. */
export const DATA_IDLE_MS = 60_000;

/** About a minute: an outage of the API ends a command only when it lasts. */
export const apiRetry: RetryPolicy = { attempts: 10, baseMs: 250, capMs: 15_000 };
/** About five minutes for one part: a laptop that changes networks goes on by itself. */
export const partRetry: RetryPolicy = { attempts: 24, baseMs: 250, capMs: 30_000 };
/** What is given up, at Ctrl-C too, is cleaned up within this time, or the user is told what is left. */
export const CLEAN_UP_MS = 10_000;
/** Looks at a completion that takes longer; `attempts` does not count. */
export const completionPoll: RetryPolicy = { attempts: 0, baseMs: 500, capMs: 5000 };

/** A transfer lives this long after its last use: long enough to go on tomorrow. The service may give less. */
export const LEASE_SECONDS = 86_400;

/** Namespaces that are loaded, exported or deleted at one time. */
export const NAMESPACES_AT_ONCE = 4;
