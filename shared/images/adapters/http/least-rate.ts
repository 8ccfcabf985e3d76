import { SourceFailed } from "../../../fetch/fetch-errors.ts";

const LEAST_BYTES_A_SECOND = 16 * 1024;

/**
 * The bytes as they come. Throws SourceFailed where a host gives less than 16 KiB a second for so long: one that sends a
 * byte now and then is never silent, and would hold a connection for as long as it likes. Only time in which somebody
 * waits for bytes counts.
 */
export async function* leastRate(
  body: AsyncGenerator<Uint8Array, void, undefined>,
  name: string,
  windowMs: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let waitedMs = 0;
  let bytes = 0;
  try {
    for (;;) {
      const asked = performance.now();
      const { value, done } = await body.next();
      if (done) return;
      waitedMs += performance.now() - asked;
      bytes += value.length;
      if (waitedMs >= windowMs) {
        if (bytes < (LEAST_BYTES_A_SECOND * waitedMs) / 1000)
          throw new SourceFailed(
            `${name} is too slow: ${bytes} bytes came in ${Math.round(waitedMs / 1000)} s.`,
          );
        waitedMs = 0;
        bytes = 0;
      }
      yield value;
    }
  } finally {
    await body.return();
  }
}
