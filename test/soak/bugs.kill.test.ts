import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");

/** Faults, each a patch in `bugs`, with the rules one of which finds it. */
const bugs = {
  /** Who loses against somebody else who writes is told that it has written. */
  "acknowledged-change-lost": /wrong-image|wrong-members|impossible-acknowledgement/,
  /** The store of one batch of bytes in ten changes a bit of it. */
  "flipped-bit": /wrong-bytes|wrong-image/,
  /** Deletions are done but for the deletion. */
  "object-never-deleted": /bytes-without-owner|auditor-found/,
  /** An image that goes is not counted off. */
  "usage-off-by-one": /wrong-usage|auditor-found/,
} as const;

/** Shows only when two write at the same moment: it is given more steps, and ends at the first one that shows it. */
const raced = "acknowledged-change-lost";

function copyOfTree(): string {
  const folder = mkdtempSync(join(tmpdir(), "soaked-bug-"));
  const parts = readdirSync(root).filter((name) => name !== "node_modules" && !name.startsWith("."));
  for (const part of parts) cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

describe("the soak", () => {
  it.each(Object.entries(bugs))("finds the bug %s", (name, rules) => {
    const folder = copyOfTree();
    const run = (program: string, args: string[], environment = {}) =>
      spawnSync(program, args, {
        ...{ cwd: folder, encoding: "utf8", timeout: 300_000, env: { ...process.env, ...environment } },
      });
    try {
      const applied = run("git", ["apply", join(root, "test/soak/bugs", `${name}.patch`)]);
      expect(applied.stderr, "make the patch anew: the code it changes has changed").toBe("");
      const { status, stdout } = run(process.execPath, ["infra/toolchain/run.mjs", "test/soak/main.ts"], {
        ...{ SOAK_SECONDS: "120", SOAK_STEPS: `0-${name === raced ? 599 : 149}`, SOAK_SEED: "7" },
        ...{ SOAK_TROUBLES: "0", SOAK_SHRINK_SECONDS: "0" },
      });
      const [, rule = "none"] = /^VIOLATION (\S+):/m.exec(stdout) ?? [];
      expect(rule, stdout).toMatch(rules);
      expect(status).toBe(1);
      expect(stdout).toMatch(/^run it again: SOAK_SEED=7 .* npm run soak$/m);
      expect(stdout).toMatch(/^its history:$/m);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
