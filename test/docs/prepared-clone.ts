import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const DISK_BYTES = 24 * 2 ** 20;

export interface PreparedClone {
  /** The clone, where the reader types. */
  readonly folder: string;
  /** The reader's HOME. */
  readonly home: string;
  remove(): void;
}

/** A copy of what is in the repository, installed, with the disk that the pages speak of. */
export function prepareClone(): PreparedClone {
  const place = mkdtempSync(join(tmpdir(), "documented-"));
  const folder = join(place, "glance");
  const home = join(place, "reader");
  mkdirSync(home);
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
  });
  for (const name of listed.toString().split("\0").filter(Boolean)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    cpSync(join(root, name), join(folder, name));
  }
  // Hard links: another file system than the work tree's takes copies.
  const modules = [join(root, "node_modules"), join(folder, "node_modules")];
  try {
    execFileSync("cp", ["-al", ...modules], { stdio: "pipe" });
  } catch {
    rmSync(join(folder, "node_modules"), { recursive: true, force: true });
    execFileSync("cp", ["-a", ...modules]);
  }
  const raw = join(place, "disk.raw");
  writeFileSync(raw, randomBytes(DISK_BYTES));
  execFileSync("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", raw, join(folder, "disk.qcow2")]);
  rmSync(raw);
  return { folder, home, remove: () => rmSync(place, { recursive: true, force: true }) };
}
