import { setTimeout as sleep } from "node:timers/promises";
import { TooManyFailures, Unauthenticated } from "../domain/refusals.ts";
import type { Admission, LoginAttempt, LoginFailures } from "../ports/login-failures.ts";

/** Many logins with the right password at once wait for each other: so often, then they are refused. */
const LOOKS = 50;
const PAUSE_MS = 100;
/** A proof takes a tenth of a second; who is refused although all may still end well need not wait for the period. */
const UNDECIDED_WAIT_SECONDS = 5;

async function admitted(failures: LoginFailures, attempt: LoginAttempt): Promise<Admission> {
  for (let look = 1; ; look += 1) {
    const admission = await failures.admit(attempt);
    if (admission.waitSeconds === 0 || !admission.isUndecided || look === LOOKS) return admission;
    await sleep(PAUSE_MS);
  }
}

/**
 * Runs a proof of who somebody is, unless too many have failed for this account from this address: then
 * TooManyFailures, without looking at the secret. The attempt is counted before it is judged, so that no number of
 * guesses at once gets more of them judged. A proof that fails (undefined) is Unauthenticated; one that succeeds
 * forgets the failures. Other addresses are not touched: nobody can lock another one out.
 */
export const guardLogin =
  (failures: LoginFailures) =>
  async <Proven>(attempt: LoginAttempt, prove: () => Promise<Proven | undefined>): Promise<Proven> => {
    const { waitSeconds, isUndecided } = await admitted(failures, attempt);
    if (waitSeconds > 0)
      throw new TooManyFailures(isUndecided ? Math.min(waitSeconds, UNDECIDED_WAIT_SECONDS) : waitSeconds);
    const proven = await prove().catch(async (error: unknown) => {
      // Nobody has said whether it was right: whoever proves passwords may be away for a while.
      await failures.giveBack(attempt);
      throw error;
    });
    if (proven === undefined) {
      await failures.fail(attempt);
      throw new Unauthenticated();
    }
    await failures.forget(attempt);
    return proven;
  };
