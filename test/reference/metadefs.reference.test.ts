import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { compared, documentedRows, exchangesIn, failuresIn } from "./differential/comparison.ts";
import { type Difference, describeDifference } from "./differential/differences.ts";
import { requireReference } from "./differential/reference.ts";
import { runScripts } from "./differential/script.ts";
import type { Session } from "./differential/session.ts";
import { exceptions } from "./metadefs/exceptions.ts";
import {
  missingFrom,
  notificationsOfGlance,
  notificationsOfRuntime,
  toldOf,
} from "./metadefs/notifications.ts";
import { scripts } from "./metadefs/scripts.ts";
import { keystoneOptions, keystoneUrl, logIns } from "./rbac/callers.ts";

/** Metadata definitions, compared as images are in differential.reference.test.ts: every route, caller and odd input. */
let runtime: LocalRuntime;
let reference: ReadonlyMap<string, Session>;
let here: ReadonlyMap<string, Session>;
const took: string[] = [];
let differences: ReadonlyMap<string, readonly Difference[]>;

beforeAll(async () => {
  // Nobody else writes there: a 500 is an answer.
  const glance = { ...(await requireReference(logIns)), repeats500: false };
  runtime = await startRuntime({ environment: keystoneOptions(keystoneUrl) });
  const run = randomUUID();
  const began = performance.now();
  const timed = async (target: string, sessions: ReturnType<typeof runScripts>) => {
    const all = await sessions;
    took.push(`${target} ${Math.round((performance.now() - began) / 1000)} s`);
    return all;
  };
  [reference, here] = await Promise.all([
    timed("Glance", runScripts(glance, scripts, run, 1)),
    timed("this service", runScripts({ url: runtime.url, callers: glance.callers }, scripts, run, 2)),
  ]);
  differences = compared(scripts, reference, here);
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

const toldBy = (session: Session | undefined, notifications: ReturnType<typeof notificationsOfGlance>) =>
  session ? toldOf(session, notifications) : [];

const all = () => [...differences.values()].flat();
const isAccepted = (status: string): boolean => /^2/.test(status);
/** Glance tells of what it has made until it refuses a request half-way (docs/compatibility.md). */
const refusedHalfWay = ["what is left of a refused namespace", "half surrogate pairs in metadefs"];
/** Both accepted the same requests of it: the same has changed then. */
const hasChangedTheSame = (name: string): boolean =>
  !refusedHalfWay.includes(name) &&
  !(differences.get(name) ?? []).some(
    ({ facet, statuses }) =>
      facet === "status" && isAccepted(statuses.reference) !== isAccepted(statuses.here),
  );
const isExplained = (one: Difference): boolean => exceptions.some(({ applies }) => applies(one));

describe("the real Glance's metadata definitions and this service's", () => {
  it.each(scripts.map(({ name }) => name))("agree on %s", (name) => {
    const unexplained = (differences.get(name) ?? []).filter((one) => !isExplained(one));
    expect(unexplained.map(describeDifference)).toEqual([]);
  });

  it("were asked more than three thousand times", () => {
    const exchanges = exchangesIn(reference);
    const counts = `${exchanges} exchanges, ${all().length} differences, ${exceptions.length} exceptions`;
    console.log([counts, ...took].join("; "));
    expect(exchanges).toBeGreaterThan(3_000);
  });

  it("ended no exchange in a failure of this service", () => {
    expect(failuresIn(here)).toEqual([]);
  });

  it("tell the same of what they change", async () => {
    const glance = notificationsOfGlance();
    const names = scripts.map(({ name }) => name).filter(hasChangedTheSame);
    const expected = names.flatMap((name) => toldBy(reference.get(name), glance));
    const told = () => {
      const notifications = notificationsOfRuntime(runtime.home);
      return names.flatMap((name) => toldBy(here.get(name), notifications));
    };
    // They are delivered after the answers.
    await vi
      .waitFor(() => expect(told().length).toBeGreaterThanOrEqual(expected.length), {
        timeout: 60_000,
        interval: 500,
      })
      .catch(() => {});
    console.log(`${expected.length} notifications of ${names.length} scripts`);
    expect(expected.length).toBeGreaterThan(1_000);
    expect({ missing: missingFrom(expected, told()), more: missingFrom(told(), expected) }).toEqual({
      missing: [],
      more: [],
    });
  });

  it.each(exceptions)("still differ: $documentedAs", ({ applies }) => {
    expect(all().some(applies)).toBe(true);
  });

  it.each(exceptions)("differ as docs/compatibility.md says: $documentedAs", ({ documentedAs }) => {
    expect(documentedRows(documentedAs)).toHaveLength(1);
  });
});
