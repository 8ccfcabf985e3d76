import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { compared, exchangesIn, failuresIn } from "./differential/comparison.ts";
import { type Difference, describeDifference } from "./differential/differences.ts";
import { explanationOf } from "./differential/exceptions.ts";
import { requireReference } from "./differential/reference.ts";
import { runScripts } from "./differential/script.ts";
import { cache } from "./differential/scripts/cache.ts";
import type { Session } from "./differential/session.ts";
import { keystoneOptions, keystoneUrl } from "./rbac/callers.ts";

/** The same exchanges with the real Glance, whose cache is on, and with this service and its cache. */
let runtime: LocalRuntime;
let reference: ReadonlyMap<string, Session>;
let here: ReadonlyMap<string, Session>;
let differences: ReadonlyMap<string, readonly Difference[]>;

beforeAll(async () => {
  const glance = await requireReference();
  runtime = await startRuntime({
    environment: { ...keystoneOptions(keystoneUrl), GLANCE_IMAGE_CACHE_DIR: "cache" },
  });
  const service = { url: runtime.url, callers: glance.callers };
  const run = randomUUID();
  [reference, here] = await Promise.all([
    runScripts(glance, cache, run, 1),
    runScripts(service, cache, run, 1),
  ]);
  differences = compared(cache, reference, here);
});
afterAll(async () => {
  for (const session of reference?.values() ?? []) await session.clear();
  await runtime?.stop();
  runtime?.remove();
});

const methodsIn = (allow: string): string => allow.split(", ").sort().join();

/** Glance names the methods of this one path in another order than everywhere else; docs/caching.md says so. */
const isOwn = ({ facet, reference: there, here: found }: Difference): boolean =>
  facet === "allow" && methodsIn(there) === methodsIn(found);

describe("the caches of the real Glance and of this service", () => {
  it.each(cache.map(({ name }) => name))("agree on %s", (name) => {
    const unexplained = (differences.get(name) ?? []).filter((one) => !explanationOf(one) && !isOwn(one));
    expect(unexplained.map(describeDifference)).toEqual([]);
  });

  it("were asked more than a hundred times", () => {
    const exchanges = exchangesIn(reference);
    console.log(`${exchanges} exchanges`);
    expect(exchanges).toBeGreaterThan(100);
  });

  it("ended no exchange in a failure of this service", () => {
    expect(failuresIn(here)).toEqual([]);
  });
});
