import { beforeEach, describe, expect, test } from "vitest";
import type { Clock } from "../../../shared/clock.ts";
import type { FailureLimits, LoginFailures } from "../../../shared/identity/ports/login-failures.ts";

/** What every LoginFailures promises; `make` gives an empty one. */
export function loginFailuresContract(
  make: (limits: FailureLimits, clock: Clock) => Promise<LoginFailures>,
): void {
  describe("LoginFailures", () => {
    const demo = { user: "demo", address: "192.0.2.1" };
    const letIn = { waitSeconds: 0, isUndecided: false };
    let now: number;
    let failures: LoginFailures;
    beforeEach(async () => {
      now = 1_800_000_000;
      failures = await make({ attempts: 3, seconds: 60 }, () => new Date(now * 1000));
    });
    const fail = async (times: number, attempt = demo) => {
      for (let time = 0; time < times; time += 1) {
        expect(await failures.admit(attempt)).toEqual(letIn);
        await failures.fail(attempt);
      }
    };

    test("so many are judged, then there is a pause until the period is over", async () => {
      await fail(2);
      now += 10;
      await fail(1);
      expect(await failures.admit(demo)).toEqual({ waitSeconds: 50, isUndecided: false });
      now += 50;
      await fail(3);
      expect(await failures.admit(demo)).toEqual({ waitSeconds: 60, isUndecided: false });
    });

    test("another address and another user are not touched", async () => {
      await fail(3);
      expect(await failures.admit({ ...demo, address: "192.0.2.2" })).toEqual(letIn);
      expect(await failures.admit({ ...demo, user: "other" })).toEqual(letIn);
    });

    test("a success forgets", async () => {
      await fail(2);
      expect(await failures.admit(demo)).toEqual(letIn);
      await failures.forget(demo);
      await fail(3);
      await failures.forget({ ...demo, user: "nobody yet" });
    });

    test("of many at once only so many are let in, before any of them is judged", async () => {
      const admissions = await Promise.all(Array.from({ length: 30 }, () => failures.admit(demo)));
      expect(admissions.filter(({ waitSeconds }) => waitSeconds === 0)).toHaveLength(3);
      for (const { waitSeconds, isUndecided } of admissions.filter((one) => one.waitSeconds > 0))
        expect([waitSeconds, isUndecided]).toEqual([60, true]);
      for (let time = 0; time < 3; time += 1) await failures.fail(demo);
      expect(await failures.admit(demo)).toEqual({ waitSeconds: 60, isUndecided: false });
    });

    test("one that never comes back counts, until the period is over", async () => {
      await failures.admit(demo);
      await fail(2);
      expect(await failures.admit(demo)).toEqual({ waitSeconds: 60, isUndecided: true });
      now += 60;
      expect(await failures.admit(demo)).toEqual(letIn);
    });

    test("one that could not be judged counts no more", async () => {
      await fail(2);
      await failures.admit(demo);
      await failures.giveBack(demo);
      await fail(1);
      expect(await failures.admit(demo)).toEqual({ waitSeconds: 60, isUndecided: false });
    });

    test("a failure after the period, or after a success, is over with it", async () => {
      await failures.admit(demo);
      now += 60;
      await failures.fail(demo);
      await fail(2);
      await failures.forget(demo);
      await failures.fail(demo);
      await fail(3);
    });
  });
}
