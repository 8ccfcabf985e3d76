import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { compared, documentedRows, exchangesIn, failuresIn } from "./differential/comparison.ts";
import { type Difference, describeDifference } from "./differential/differences.ts";
import { explanationOf } from "./differential/exceptions.ts";
import { requireReference } from "./differential/reference.ts";
import { runScripts } from "./differential/script.ts";
import type { Session } from "./differential/session.ts";
import { importExceptions } from "./imports/exceptions.ts";
import { type ImportSource, startImportSource } from "./imports/import-source.ts";
import { importScripts } from "./imports/scripts.ts";
import { keystoneOptions, keystoneUrl } from "./rbac/callers.ts";

/** Imports and tasks, as a real Glance has them, with several stores: there folders, here buckets. */
let source: ImportSource;
let runtime: LocalRuntime;
let reference: ReadonlyMap<string, Session>;
let here: ReadonlyMap<string, Session>;
let differences: ReadonlyMap<string, readonly Difference[]>;

beforeAll(async () => {
  // Its tasks write beside each other: what SQLite refuses then says nothing of the API.
  const glance = await requireReference();
  source = await startImportSource();
  runtime = await startRuntime({
    environment: {
      ...keystoneOptions(keystoneUrl),
      GLANCE_ENABLED_BACKENDS: JSON.stringify([
        { id: "fast", type: "s3", description: "Fast file store" },
        { id: "cheap", type: "s3", description: "Cheap file store" },
        { id: "web", type: "http", description: "HTTP store (read only)" },
      ]),
      GLANCE_DEFAULT_BACKEND: "fast",
      GLANCE_IMAGE_CACHE_DIR: "cache",
      GLANCE_IMPORT_ALLOWED_NETWORKS: "127.0.0.1/32",
      GLANCE_ALLOWED_HOSTS: "127.0.0.1,localhost",
      GLANCE_ALLOWED_PORTS: `80,443,${new URL(source.url).port}`,
    },
  });
  const [run, scripts] = [randomUUID(), importScripts(source)];
  [reference, here] = await Promise.all([
    runScripts(glance, scripts, run, 1),
    runScripts({ url: runtime.url, callers: glance.callers }, scripts, run, 3),
  ]);
  differences = compared(scripts, reference, here);
  await Promise.all([...reference.values()].map((session) => session.clear()));
});
afterAll(async () => {
  await source?.close();
  await runtime?.stop();
  runtime?.remove();
});

const all = () => [...differences.values()].flat();
const isExplained = (one: Difference): boolean =>
  explanationOf(one) !== undefined || importExceptions.some(({ applies }) => applies(one));

describe("the real Glance and this service", () => {
  it.each(importScripts().map(({ name }) => name))("agree on %s", (name) => {
    const unexplained = (differences.get(name) ?? []).filter((one) => !isExplained(one));
    expect(unexplained.map(describeDifference)).toEqual([]);
  });

  it("were asked of imports and tasks more than a thousand times", () => {
    console.log(
      `${exchangesIn(reference)} exchanges, ${all().length} differences, ${importExceptions.length} exceptions`,
    );
    expect(exchangesIn(reference)).toBeGreaterThan(1000);
  });

  it("ended no exchange in a failure of this service", () => {
    expect(failuresIn(here)).toEqual([]);
  });

  it.each(importExceptions)("still differ: $documentedAs", ({ applies }) => {
    expect(all().some(applies)).toBe(true);
  });

  it.each(importExceptions)("differ as docs/compatibility.md says: $documentedAs", ({ documentedAs }) => {
    expect(documentedRows(documentedAs)).toHaveLength(1);
  });
});
