import type { Clock } from "../../shared/ports/clock.ts";
import type { FailureLimits, LoginAttempt, LoginFailures } from "../../shared/ports/login-failures.ts";

/** LoginFailures in memory. */
export function memoryLoginFailures({ attempts, seconds }: FailureLimits, clock: Clock): LoginFailures {
  const periods = new Map<string, { failures: number; until: number }>();
  const keyOf = ({ user, address }: LoginAttempt) => JSON.stringify([user, address]);
  const now = () => Math.floor(clock().getTime() / 1000);
  const waitSeconds = async (attempt: LoginAttempt) => {
    const period = periods.get(keyOf(attempt));
    return period && period.failures >= attempts ? Math.max(0, period.until - now()) : 0;
  };
  return {
    waitSeconds,
    count: async (attempt) => {
      const period = periods.get(keyOf(attempt));
      if (period && period.until > now()) period.failures += 1;
      else periods.set(keyOf(attempt), { failures: 1, until: now() + seconds });
    },
    forget: async (attempt) => {
      const wait = await waitSeconds(attempt);
      if (wait === 0) periods.delete(keyOf(attempt));
      return wait;
    },
  };
}
