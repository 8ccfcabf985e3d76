import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { succeed } from "../clients/command.ts";
import { freePort } from "../runtime/local-runtime.ts";
import { Glance } from "./policy/ask-glance.ts";
import { type Answers, observe } from "./policy/observe.ts";
import { type Mode, type Policy, policies, wholeFileOf } from "./policy/policies.ts";
import { cells, isAskedUnder, titleOf } from "./policy/questions.ts";
import { logInCallers, logIns } from "./rbac/callers.ts";

/**
 * What a real Glance answers under an operator's policies: a Keystone and a Glance of this test's own, which reads its
 * policy file again whenever it changes. test/unit/policy/reference-answers.test.ts compares this service with the
 * answers. `npm run test:reference -- test/reference/policy.reference.test.ts -u` records them anew.
 */
const stack = resolve(import.meta.dirname, "stack");
// Its databases are written at every question: in memory that takes a third of the time.
const home = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "glance-reference-"));
const policyFile = join(home, "operators-policy.yaml");
let environment: Record<string, string> | undefined;

function usePolicy(policy: Policy): void {
  writeFileSync(`${policyFile}.new`, wholeFileOf(policy));
  renameSync(`${policyFile}.new`, policyFile);
}

const defaultsOf = (mode: Mode): Policy => ({ name: "", mode, rules: {} });

async function start(mode: Mode): Promise<Glance> {
  const extra = join(home, "extra.conf");
  writeFileSync(extra, `[oslo_policy]\npolicy_file = ${policyFile}\n`);
  usePolicy(defaultsOf(mode));
  environment ??= {
    REFERENCE_DIR: home,
    REFERENCE_KEYSTONE_PORT: String(await freePort()),
    REFERENCE_GLANCE_PORT: String(await freePort()),
    REFERENCE_EXTRA_CONF: extra,
    REFERENCE_CACHE: "0",
    REFERENCE_WORKERS: "1",
  };
  await succeed(`${stack}/up.sh`, { ...environment, REFERENCE_SECURE_RBAC: mode === "secure" ? "1" : "0" });
  const callers = await logInCallers(`http://127.0.0.1:${environment.REFERENCE_KEYSTONE_PORT}/v3`, logIns);
  return new Glance(`http://127.0.0.1:${environment.REFERENCE_GLANCE_PORT}`, callers);
}

afterAll(async () => {
  if (environment) await succeed(`${stack}/down.sh --wipe`, environment);
  rmSync(home, { recursive: true, force: true });
});

const recorded: Record<string, Answers> = {};

describe.each(["secure", "legacy"] as const)("the real Glance, %s,", (mode) => {
  let glance: Glance;
  beforeAll(async () => {
    glance = await start(mode);
  });

  it.each(policies.filter((one) => one.mode === mode))("is asked under the policy: $name", async (policy) => {
    const service = {
      make: glance.make.bind(glance),
      ask: glance.ask.bind(glance),
      usePolicy: (one = defaultsOf(mode)) => usePolicy(one),
    };
    const isAsked = isAskedUnder(policy);
    const answers = await observe(service, policy, isAsked);
    expect(Object.keys(answers)).toEqual(cells.filter(isAsked).map(titleOf));
    recorded[policy.name] = answers;
  });
});

it("its answers are the recorded ones", async () => {
  await expect(`${JSON.stringify(recorded, null, 2)}\n`).toMatchFileSnapshot("policy/answers.json");
});
