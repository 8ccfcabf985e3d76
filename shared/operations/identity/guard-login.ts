import { TooManyFailures, Unauthenticated } from "../../domain/identity/refusals.ts";
import type { LoginAttempt, LoginFailures } from "../../ports/login-failures.ts";

/**
 * Runs a proof of who somebody is, unless too many have failed for this account from this address: then
 * TooManyFailures, without looking at the secret. A proof that fails (undefined) is counted and is Unauthenticated;
 * one that succeeds forgets the failures. Other addresses are not touched: nobody can lock another one out.
 */
export const guardLogin =
  (failures: LoginFailures) =>
  async <Proven>(attempt: LoginAttempt, prove: () => Promise<Proven | undefined>): Promise<Proven> => {
    const wait = await failures.waitSeconds(attempt);
    if (wait > 0) throw new TooManyFailures(wait);
    const proven = await prove();
    if (proven === undefined) {
      await failures.count(attempt);
      throw new Unauthenticated();
    }
    const late = await failures.forget(attempt);
    if (late > 0) throw new TooManyFailures(late);
    return proven;
  };
