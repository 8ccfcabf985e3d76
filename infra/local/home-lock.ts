import { randomUUID } from "node:crypto";
import { linkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { readIfThere } from "../local-aws/read-if-there.ts";
import { StartFailure } from "../local-aws/start-failure.ts";
import { identify, isRunning, type ProcessIdentity } from "./process-identity.ts";

/**
 * Takes the lock file for this process and answers how to give it back. The lock of a process that was killed is
 * taken over. Throws StartFailure, nothing touched, when a running process holds it.
 *
 * The file appears whole (a link to a finished one), so a reader never sees half of it.
 */
export function lockHome(path: string): () => void {
  const own = JSON.stringify(identify(process.pid));
  const draft = `${path}.${randomUUID()}`;
  try {
    writeFileSync(draft, own, { flag: "wx", mode: 0o600 });
    while (!tryLink(draft, path)) takeAway(path);
  } finally {
    rmSync(draft, { force: true });
  }
  return () => {
    if (readIfThere(path) === own) rmSync(path, { force: true });
  };
}

function tryLink(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Removes a dead process's lock; of several that try, each moves away only what it has judged. */
function takeAway(path: string): void {
  const judged = readIfThere(path);
  if (judged === undefined) return;
  const holder = parse(judged);
  if (holder && isRunning(holder)) {
    throw new StartFailure(
      `another runtime (pid ${holder.pid}) runs on this folder already: stop it, or name another folder in GLANCE_HOME`,
    );
  }
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  // Somebody was quicker, and this is his new lock: it goes back.
  if (readIfThere(aside) !== judged) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function parse(text: string): ProcessIdentity | undefined {
  try {
    const { pid, startedAt } = JSON.parse(text) as Partial<ProcessIdentity>;
    return typeof pid === "number" && typeof startedAt === "string" ? { pid, startedAt } : undefined;
  } catch {
    return undefined;
  }
}
