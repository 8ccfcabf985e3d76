import { assertIsJwks } from "aws-jwt-verify/jwk";
import { fetchBounded } from "../../../aws/fetch-bounded.ts";
import type { Clock } from "../../../clock.ts";
import { Unavailable } from "../../../errors.ts";

const TIMEOUT_MS = 5000;
/** After a failure nobody is sent to the issuer for so long. */
const PAUSE_MS = 2000;

/** Whether a token is good cannot be told now: not a 401, after which clients log in again and repeat a PUT empty. */
class KeysUnavailable extends Unavailable {
  constructor(cause: unknown) {
    super("The keys of the identity service cannot be read. Try again later.", { cause });
  }
}

/** Fetches key sets for aws-jwt-verify. Throws KeysUnavailable for anything but a key set. */
export function jwksFetcher(clock: Clock) {
  const pauses = new Map<string, number>();
  return {
    async fetch(uri: string): Promise<ArrayBuffer> {
      if (clock().getTime() < (pauses.get(uri) ?? 0)) throw new KeysUnavailable("paused after a failure");
      try {
        const { status, text } = await fetchBounded(uri, { signal: AbortSignal.timeout(TIMEOUT_MS) });
        if (status !== 200) throw new Error(`${uri} answered ${status}`);
        assertIsJwks(JSON.parse(text));
        return new TextEncoder().encode(text).buffer;
      } catch (cause) {
        pauses.set(uri, clock().getTime() + PAUSE_MS);
        throw new KeysUnavailable(cause);
      }
    },
  };
}
