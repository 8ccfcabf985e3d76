import { beforeEach, describe, expect, test } from "vitest";
import type { Clock } from "../../shared/ports/clock.ts";
import type { FailureLimits, LoginFailures } from "../../shared/ports/login-failures.ts";

/** What every LoginFailures promises; `make` gives an empty one. */
export function loginFailuresContract(
  make: (limits: FailureLimits, clock: Clock) => Promise<LoginFailures>,
): void {
  describe("LoginFailures", () => {
    const demo = { user: "demo", address: "192.0.2.1" };
    let now: number;
    let failures: LoginFailures;
    beforeEach(async () => {
      now = 1_800_000_000;
      failures = await make({ attempts: 3, seconds: 60 }, () => new Date(now * 1000));
    });
    const fail = async (times: number, attempt = demo) => {
      for (let time = 0; time < times; time += 1) await failures.count(attempt);
    };

    test("so many are answered, then there is a pause until the period is over", async () => {
      await fail(2);
      expect(await failures.waitSeconds(demo)).toBe(0);
      now += 10;
      await fail(1);
      expect(await failures.waitSeconds(demo)).toBe(50);
      now += 50;
      expect(await failures.waitSeconds(demo)).toBe(0);
      await fail(1);
      expect(await failures.waitSeconds(demo)).toBe(0);
    });

    test("another address and another user are not touched", async () => {
      await fail(3);
      expect(await failures.waitSeconds({ ...demo, address: "192.0.2.2" })).toBe(0);
      expect(await failures.waitSeconds({ ...demo, user: "other" })).toBe(0);
    });

    test("a success forgets", async () => {
      await fail(2);
      expect(await failures.forget(demo)).toBe(0);
      await fail(2);
      expect(await failures.waitSeconds(demo)).toBe(0);
      expect(await failures.forget({ ...demo, user: "nobody yet" })).toBe(0);
    });

    test("a success that comes after too many failures counts no more", async () => {
      await fail(3);
      expect(await failures.forget(demo)).toBe(60);
      expect(await failures.waitSeconds(demo)).toBe(60);
    });

    test("none is lost when they come at once", async () => {
      await Promise.all([1, 2, 3].map(() => failures.count(demo)));
      expect(await failures.waitSeconds(demo)).toBe(60);
    });
  });
}
