import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { succeed } from "../clients/command.ts";
import { type Source, startSource } from "../runtime/http-source.ts";
import { freePort, type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { compared, documentedRows, exchangesIn, failuresIn } from "./differential/comparison.ts";
import { type Difference, describeDifference } from "./differential/differences.ts";
import { explanationOf } from "./differential/exceptions.ts";
import { runScripts } from "./differential/script.ts";
import type { Session, Target } from "./differential/session.ts";
import { keystoneOptions, logInCallers } from "./rbac/callers.ts";
import { storeExceptions } from "./stores/exceptions.ts";
import { storeScripts } from "./stores/scripts.ts";

/**
 * Several stores and places of data, as a real Glance has them: a Keystone and a Glance of this test's own, beside those
 * of the other comparisons, with `show_multiple_locations` on. There the stores are folders, here buckets.
 */
const stack = resolve(import.meta.dirname, "stack");
const home = mkdtempSync(join(tmpdir(), "glance-reference-"));
let source: Source;
let environment: Record<string, string>;
let runtime: LocalRuntime;
let reference: ReadonlyMap<string, Session>;
let here: ReadonlyMap<string, Session>;
let differences: ReadonlyMap<string, readonly Difference[]>;

beforeAll(async () => {
  source = await startSource(Buffer.from("bytes"));
  const [keystonePort, glancePort] = [await freePort(), await freePort()];
  const { port } = new URL(source.url);
  environment = {
    REFERENCE_DIR: home,
    REFERENCE_KEYSTONE_PORT: String(keystonePort),
    REFERENCE_GLANCE_PORT: String(glancePort),
    REFERENCE_SECURE_RBAC: "1",
    REFERENCE_MULTI_LOCATIONS: "1",
    REFERENCE_IMPORT_PORTS: `80,443,${port}`,
  };
  await succeed(`${stack}/up.sh`, environment);
  const keystoneUrl = `http://127.0.0.1:${keystonePort}/v3`;
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
      GLANCE_SHOW_MULTIPLE_LOCATIONS: "true",
      GLANCE_SHOW_IMAGE_DIRECT_URL: "true",
      GLANCE_IMPORT_ALLOWED_NETWORKS: "127.0.0.1/32",
      GLANCE_ALLOWED_PORTS: `80,443,${port}`,
    },
  });
  const callers = await logInCallers(keystoneUrl);
  const glance: Target = { url: `http://127.0.0.1:${glancePort}`, callers, repeats500: true };
  const [run, scripts] = [randomUUID(), storeScripts(source.url)];
  [reference, here] = await Promise.all([
    runScripts(glance, scripts, run, 1),
    runScripts({ url: runtime.url, callers }, scripts, run, 2),
  ]);
  differences = compared(scripts, reference, here);
});
afterAll(async () => {
  await source?.close();
  await runtime?.stop();
  runtime?.remove();
  await succeed(`${stack}/down.sh --wipe`, environment);
  rmSync(home, { recursive: true, force: true });
});

const all = () => [...differences.values()].flat();
const isExplained = (one: Difference): boolean =>
  explanationOf(one) !== undefined || storeExceptions.some(({ applies }) => applies(one));

describe("the real Glance and this service, with several stores,", () => {
  it.each(storeScripts("").map(({ name }) => name))("agree on %s", (name) => {
    const unexplained = (differences.get(name) ?? []).filter((one) => !isExplained(one));
    expect(unexplained.map(describeDifference)).toEqual([]);
  });

  it("were asked more than 400 times", () => {
    console.log(
      `${exchangesIn(reference)} exchanges, ${all().length} differences, ${storeExceptions.length} exceptions`,
    );
    expect(exchangesIn(reference)).toBeGreaterThan(400);
  });

  it("ended no exchange in a failure of this service", () => {
    expect(failuresIn(here)).toEqual([]);
  });

  it.each(storeExceptions)("still differ: $documentedAs", ({ applies }) => {
    expect(all().some(applies)).toBe(true);
  });

  it.each(storeExceptions)("differ as docs/compatibility.md says: $documentedAs", ({ documentedAs }) => {
    expect(documentedRows(documentedAs)).toHaveLength(1);
  });
});
