import properLockfile from "proper-lockfile";
import { pause } from "../protocol/retry.ts";

/** Another process of this user does the same just now. */
export class InUse extends Error {}

/** A lock is renewed every second or so; one that was not for this long is a killed process's (the least possible). */
const STALE_MS = 5000;
const WAIT_MS = STALE_MS + 1500;
const LOOK_MS = 250;

/**
 * Runs `work` while no other process holds the lock `<path>.lock`; its signal is aborted, too, when the lock was lost
 * (a machine that slept). The lock of a killed process is waited for: `onWait` is called once. Throws InUse, the
 * signal's reason, or what `work` throws.
 */
export async function alone<Result>(
  path: string,
  signal: AbortSignal,
  onWait: () => void,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const lost = new AbortController();
  const onCompromised = () =>
    lost.abort(new InUse("another imagectl took this over while the machine slept"));
  const acquire = () => properLockfile.lock(path, { realpath: false, stale: STALE_MS, onCompromised });
  let release: (() => Promise<void>) | undefined;
  for (let waited = 0; release === undefined; waited += LOOK_MS) {
    release = await acquire().catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ELOCKED") throw error;
      return undefined;
    });
    if (release !== undefined) break;
    if (waited >= WAIT_MS) throw new InUse("another imagectl is at it just now");
    if (waited === 0) onWait();
    await pause(LOOK_MS, signal);
  }
  try {
    return await work(AbortSignal.any([signal, lost.signal]));
  } finally {
    // One that was lost is somebody else's now.
    await release().catch(() => undefined);
  }
}
