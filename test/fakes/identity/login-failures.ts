import type { Clock } from "../../../shared/clock.ts";
import type {
  FailureLimits,
  LoginAttempt,
  LoginFailures,
} from "../../../shared/identity/ports/login-failures.ts";

/** LoginFailures in memory. */
export function memoryLoginFailures({ attempts, seconds }: FailureLimits, clock: Clock): LoginFailures {
  const periods = new Map<string, { taken: number; failures: number; until: number }>();
  const keyOf = ({ user, address }: LoginAttempt) => JSON.stringify([user, address]);
  const now = () => Math.floor(clock().getTime() / 1000);
  const current = (attempt: LoginAttempt) => {
    const period = periods.get(keyOf(attempt));
    return period && period.until > now() ? period : undefined;
  };
  return {
    admit: async (attempt) => {
      const period = current(attempt) ?? { taken: 0, failures: 0, until: now() + seconds };
      if (period.taken >= attempts) {
        return { waitSeconds: period.until - now(), isUndecided: period.taken > period.failures };
      }
      period.taken += 1;
      periods.set(keyOf(attempt), period);
      return { waitSeconds: 0, isUndecided: false };
    },
    fail: async (attempt) => {
      const period = current(attempt);
      if (period) period.failures += 1;
    },
    giveBack: async (attempt) => {
      const period = current(attempt);
      if (period) period.taken -= 1;
    },
    forget: async (attempt) => {
      periods.delete(keyOf(attempt));
    },
  };
}
