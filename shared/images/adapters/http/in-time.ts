import { SourceTooSlow } from "../../ports/blob-store.ts";

/** A host that sends a byte now and then is never silent, and would hold whoever reads for as long as it likes. */
const LEAST_BYTES_A_MS = 256;

export interface Deadline {
  readonly signal: AbortSignal;
  /** So many bytes more have to come than were asked for. */
  readonly more: (bytes: number) => void;
}

/** Reads so many bytes from another host, at 256 KB a second or more, and `answerMs` besides. Throws SourceTooSlow. */
export async function inTime<Result>(
  { bytes, answerMs }: { readonly bytes: number; readonly answerMs: number },
  work: (deadline: Deadline) => Promise<Result>,
): Promise<Result> {
  const over = new AbortController();
  const began = Date.now();
  let timer: NodeJS.Timeout | undefined;
  let mostMs = answerMs;
  const more = (bytes: number) => {
    mostMs += bytes / LEAST_BYTES_A_MS;
    clearTimeout(timer);
    timer = setTimeout(() => over.abort(), began + mostMs - Date.now());
  };
  more(bytes);
  try {
    return await work({ signal: over.signal, more });
  } catch (error) {
    if (!over.signal.aborted) throw error;
    const time = `${Math.ceil(mostMs / 1000)} s`;
    const message = `The source of the image is too slow: it did not give ${bytes} bytes within ${time}.`;
    throw new SourceTooSlow(message, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
