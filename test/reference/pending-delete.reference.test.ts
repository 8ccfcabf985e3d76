import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { succeed } from "../clients/command.ts";
import { freePort, type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { describeDifference, differencesOf } from "./differential/differences.ts";
import { explanationOf } from "./differential/exceptions.ts";
import { runScripts } from "./differential/script.ts";
import { pendingDelete } from "./differential/scripts/matrix.ts";
import type { Session, Target } from "./differential/session.ts";
import { keystoneOptions, logInCallers } from "./rbac/callers.ts";

/**
 * Images in `pending_delete`, as a real Glance has them: a Keystone and a Glance of this test's own, beside those of
 * the other comparisons, with `delayed_delete` on.
 */
const stack = resolve(import.meta.dirname, "stack");
const home = mkdtempSync(join(tmpdir(), "glance-reference-"));
let environment: Record<string, string>;
let runtime: LocalRuntime;
let reference: ReadonlyMap<string, Session>;
let here: ReadonlyMap<string, Session>;

beforeAll(async () => {
  const [keystonePort, glancePort] = [await freePort(), await freePort()];
  environment = {
    REFERENCE_DIR: home,
    REFERENCE_KEYSTONE_PORT: String(keystonePort),
    REFERENCE_GLANCE_PORT: String(glancePort),
    REFERENCE_SECURE_RBAC: "1",
    REFERENCE_DELAYED_DELETE: "1",
  };
  await succeed(`${stack}/up.sh`, environment);
  const keystoneUrl = `http://127.0.0.1:${keystonePort}/v3`;
  runtime = await startRuntime({
    environment: { ...keystoneOptions(keystoneUrl), GLANCE_DELAYED_DELETE: "true" },
  });
  const callers = await logInCallers(keystoneUrl);
  const glance: Target = { url: `http://127.0.0.1:${glancePort}`, callers, repeats500: true };
  const run = randomUUID();
  [reference, here] = await Promise.all([
    runScripts(glance, pendingDelete, run, 1),
    runScripts({ url: runtime.url, callers }, pendingDelete, run, 2),
  ]);
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
  await succeed(`${stack}/down.sh --wipe`, environment);
  rmSync(home, { recursive: true, force: true });
});

const idsOf = (sessions: ReadonlyMap<string, Session>): string[] =>
  [...sessions.values()].flatMap(({ ids }) => [...ids.keys()]);

describe("the real Glance and this service, with delayed_delete,", () => {
  it.each(pendingDelete.map(({ name }) => name))("agree on %s", (name) => {
    const [expected, found] = [reference.get(name), here.get(name)];
    const script = pendingDelete.find((one) => one.name === name);
    if (!expected || !found || !script) throw new Error(`${name} was not run`);
    expect(found.exchanges.length).toBeGreaterThan(50);
    const unexplained = differencesOf(script, expected, found).filter((one) => !explanationOf(one));
    expect(unexplained.map(describeDifference)).toEqual([]);
  });

  it("both still have the bytes of these images", async () => {
    expect(idsOf(reference)).toHaveLength(pendingDelete.length);
    for (const id of idsOf(reference)) expect(existsSync(join(home, "stores", "fast", id)), id).toBe(true);

    expect(idsOf(here)).toHaveLength(pendingDelete.length);
    const [session] = here.values();
    for (const id of idsOf(here)) {
      expect((await session?.ask("admin", `POST /v2/images/${id}/actions/restore`))?.status, id).toBe(204);
      expect((await session?.ask("admin", `GET /v2/images/${id}`))?.json.status, id).toBe("active");
    }
  });
});
