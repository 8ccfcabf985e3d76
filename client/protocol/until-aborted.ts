/**
 * What `begin` hands to its `done`, or the signal's reason as soon as that is aborted. `begin` returns what ends its
 * waiting then.
 */
export const untilAborted = (
  begin: (done: () => void) => () => void,
  signal: AbortSignal | undefined,
): Promise<void> =>
  new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = () => {
      end();
      reject(signal?.reason);
    };
    const end = begin(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    });
    signal?.addEventListener("abort", stop, { once: true });
  });
