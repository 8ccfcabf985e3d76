import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const SECONDS = 120;

/** Faults in the operations, each a patch in `bugs`, with the rules one of which finds it. */
const bugs = {
  /** An attempt that has ended is ended once more, and its bytes with it. */
  "ended-attempt-released": /deletion-of-bytes-in-use|lost-acknowledged-write|transfers-out-of-order/,
  /** The record of a deletion goes before the bytes: who is killed in between leaves them to nobody. */
  "deletion-forgotten-first": /auditor-found|left-over/,
  /** The scrubber does not look whether the image is still waiting when it writes. */
  "restored-image-scrubbed": /image-contradicts-itself|lost-acknowledged-write/,
} as const;

/** The simulation and what it simulates, in a folder of their own. */
function copyOfTree(): string {
  const folder = mkdtempSync(join(tmpdir(), "simulated-bug-"));
  for (const part of ["shared", "test/fakes", "test/simulation", "package.json"])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

describe("the simulation", () => {
  it.each(Object.entries(bugs))("finds the bug %s", (name, rules) => {
    const folder = copyOfTree();
    const run = (program: string, ...args: string[]) =>
      spawnSync(program, args, { cwd: folder, encoding: "utf8", timeout: (SECONDS + 60) * 1000 });
    try {
      const patch = join(root, "test/simulation/bugs", `${name}.patch`);
      const applied = run("git", "apply", patch);
      expect(applied.stderr, "make the patch anew: the code it changes has changed").toBe("");
      const { status, stdout, stderr } = run(
        process.execPath,
        "test/simulation/main.ts",
        "--seconds",
        `${SECONDS}`,
      );
      expect(stderr).toBe("");
      expect(status).toBe(1);
      const [, rule = ""] = /^VIOLATION of (\S+):/m.exec(stdout) ?? [];
      expect(rule, stdout).toMatch(rules);
      expect(stdout).toMatch(/^run it again: npm run simulate -- --seed \d+$/m);
      console.log(`${name}: ${/^\d+ histories .*$/m.exec(stdout)?.[0]}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
