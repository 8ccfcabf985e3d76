import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const KEPT_BYTES = 1_000_000;

/** A disk of its own for the home, which can be filled up. Mounting it takes root: without, there is a folder that cannot. */
export class Disk {
  readonly home: string;
  readonly isOwn: boolean;
  readonly #place: string;
  readonly #filler: string;

  constructor(folder: string, bytes: number) {
    this.#place = join(folder, "disk");
    mkdirSync(this.#place, { recursive: true });
    const image = join(folder, "disk.img");
    this.isOwn = process.getuid?.() === 0 && mounted(image, this.#place, bytes);
    this.home = join(this.#place, "home");
    this.#filler = join(this.#place, "filler");
    mkdirSync(this.home, { mode: 0o700 });
  }

  freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.#place);
    return bavail * bsize;
  }

  fill(): void {
    if (!this.isOwn) return;
    execFileSync("fallocate", ["-l", `${Math.max(1, this.freeBytes() - KEPT_BYTES)}`, this.#filler]);
  }

  empty(): void {
    rmSync(this.#filler, { force: true });
  }

  remove(): void {
    if (this.isOwn) execFileSync("umount", ["-l", this.#place]);
  }
}

function mounted(image: string, place: string, bytes: number): boolean {
  try {
    writeFileSync(image, "");
    truncateSync(image, bytes);
    closeSync(openSync(image, "r+"));
    execFileSync("mkfs.ext4", ["-q", "-m", "0", image], { stdio: "ignore" });
    execFileSync("mount", ["-o", "loop", image, place], { stdio: "ignore" });
    return true;
  } catch {
    rmSync(image, { force: true });
    return false;
  }
}
