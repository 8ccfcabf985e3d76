import type { RetryPolicy } from "../protocol/retry.ts";

/** The bounds of everything the ingress waits for or holds. */
export interface Limits {
  /** Uploads at one time; each holds at most 512 MiB. */
  readonly maxUploads: number;
  /** Connections of clients at one time, in all and from one address (0: as many). */
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /** From the first byte of a request, or the connection's beginning, to the end of its head. */
  readonly headMs: number;
  /** Name and value pairs of a head; its bytes are 16 KiB at most (Node's `maxHeaderSize`). */
  readonly maxHeaders: number;
  /** A kept connection without a request. */
  readonly keepAliveMs: number;
  /** For a client to take the rest of an answer that was written whole. */
  readonly farewellMs: number;
  /** Longest silence before the first byte of image data. */
  readonly firstByteMs: number;
  /** For the body of a request that is passed on. */
  readonly forwardMs: number;
  /** How much, and how long, of a refused body is read so that the client gets to see the answer. */
  readonly drainBytes: number;
  readonly drainMs: number;
  /** The same for a body that is known to be larger than `drainBytes`. */
  readonly lingerMs: number;
  /** Longest silence of a client in a body. Glance's own limit (`client_socket_timeout`). */
  readonly bodyIdleMs: number;
  /** Longest silence of the API: a little more than API Gateway's 29 s. */
  readonly apiIdleMs: number;
  /** For data that is being copied to where it can be served: below the 600 s that Glance's client waits for an answer. */
  readonly copyMs: number;
  /** Longest pause between two looks at that. */
  readonly copyPauseMs: number;
  /** Longest silence of S3 while a part is on its way. */
  readonly partIdleMs: number;
  /** A transfer that nobody uses for this long frees its image: what a dead ingress costs. */
  readonly leaseSeconds: number;
  readonly touchMs: number;
  readonly apiRetry: RetryPolicy;
  readonly partRetry: RetryPolicy;
  /** Pauses between looks at a completion that takes longer. `attempts` does not count. */
  readonly poll: RetryPolicy;
  /** For telling the API of an upload that is about to be cut off; its client waits meanwhile. */
  readonly tellMs: number;
  /** For aborting one transfer, our own or one that a killed predecessor left open. */
  readonly releaseMs: number;
  /** Answers that are rewritten are held in memory. */
  readonly rewriteBytes: number;
}

export const defaultLimits: Limits = {
  maxUploads: 16,
  maxConnections: 1000,
  maxConnectionsPerAddress: 500,
  headMs: 20_000,
  maxHeaders: 100,
  keepAliveMs: 65_000,
  farewellMs: 30_000,
  firstByteMs: 30_000,
  forwardMs: 300_000,
  drainBytes: 1024 ** 3,
  drainMs: 30_000,
  lingerMs: 2000,
  bodyIdleMs: 900_000,
  apiIdleMs: 35_000,
  copyMs: 540_000,
  copyPauseMs: 10_000,
  partIdleMs: 60_000,
  leaseSeconds: 60,
  touchMs: 20_000,
  apiRetry: { attempts: 6, baseMs: 200, capMs: 5000 },
  partRetry: { attempts: 8, baseMs: 250, capMs: 10_000 },
  poll: { attempts: 0, baseMs: 500, capMs: 5000 },
  tellMs: 3000,
  releaseMs: 10_000,
  rewriteBytes: 1024 ** 2,
};
