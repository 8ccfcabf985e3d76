import { createHash } from "node:crypto";
import { ExpiringCache } from "../../shared/expiring-cache.ts";

const REMEMBERED_MS = 10 * 60_000;
const MAX_REMEMBERED = 10_000;

/** Who tries to send what. By the token, so that nobody's attempts are in anybody else's way. */
export const attemptOf = (imageId: string, token: string): string =>
  `${createHash("sha256").update(token).digest("hex")} ${imageId}`;

/**
 * Lengths of PUTs that were cut off while the API, which remembers such lengths, could not be told. An old openstacksdk
 * (before 4.5) takes the cut for a lost connection and at once sends the rest of the file with a matching smaller
 * Content-Length; were the API back by then, a truncated image would become active.
 */
export class BrokenLengths {
  readonly #lengths = new ExpiringCache<number>(MAX_REMEMBERED, () => new Date());

  remember(attempt: string, bytes: number): void {
    const known = this.#lengths.get(attempt) ?? 0;
    this.#lengths.set(attempt, Math.max(known, bytes), Date.now() + REMEMBERED_MS);
  }

  /** Whether a PUT of this size looks like the rest of one that was cut off in the last 10 minutes. */
  isRest(attempt: string, bytes: number): boolean {
    return bytes < (this.#lengths.get(attempt) ?? 0);
  }

  forget(attempt: string): void {
    this.#lengths.delete(attempt);
  }
}
