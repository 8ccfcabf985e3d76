import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Environment } from "../openstack/config-files.ts";
import { isMapping } from "../openstack/config-files.ts";
import { parseTicket, type UploadState } from "./ticket.ts";

/** Where unfinished uploads are remembered when nothing else is said. */
export const defaultStateFolder = (environment: Environment, home: string): string =>
  join(environment.XDG_STATE_HOME || join(home, ".local", "state"), "imagectl");

/** Replaces a file as a whole, readable by its owner only; a power cut leaves the old or the new one. */
export async function writePrivate(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await open(temporary, "w", 0o600);
  try {
    // The mode above counts only for a new file.
    await file.chmod(0o600);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/** Unfinished uploads of this machine, one small file each. S3's own list of parts is the record of how far they are. */
export class StateFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  async save(state: UploadState): Promise<void> {
    await this.#prepare();
    await writePrivate(this.#fileOf(state.transfer_id), `${JSON.stringify(state, null, 2)}\n`);
  }

  async remove(transferId: string): Promise<void> {
    await rm(this.#fileOf(transferId), { force: true });
  }

  /** The unfinished upload of this file (an absolute path) that was begun last. */
  async find(file: string): Promise<UploadState | undefined> {
    const found = (await this.#all()).filter(({ state }) => state.file === file);
    return found.sort((one, other) => other.begun - one.begun)[0]?.state;
  }

  /** Bytes a second that an upload to this host reached last. */
  async rate(host: string): Promise<number | undefined> {
    const text = await readFile(this.#rateFile(host), "utf8").catch(() => "");
    return Number(text) > 0 ? Number(text) : undefined;
  }

  async saveRate(host: string, bytesPerSecond: number): Promise<void> {
    await this.#prepare();
    await writePrivate(this.#rateFile(host), `${Math.round(bytesPerSecond)}\n`);
  }

  async #prepare(): Promise<void> {
    // Only a new folder is closed to others: one that the user named may be anybody's. The files are private anyway.
    await mkdir(this.path, { recursive: true, mode: 0o700 });
  }

  async #all() {
    const names = await readdir(this.path).catch(() => []);
    const states: { readonly state: UploadState; readonly begun: number }[] = [];
    for (const name of names.filter((each) => each.endsWith(".json"))) {
      const path = join(this.path, name);
      const file = await open(path, "r").catch(() => undefined);
      if (!file) continue;
      try {
        const text = await file.readFile("utf8");
        const { file: image, mtime_ms } = stateFields(text);
        if (image === undefined) continue;
        const state = { ...parseTicket(text, path), file: image, mtime_ms };
        states.push({ state, begun: (await file.stat()).mtimeMs });
      } finally {
        await file.close();
      }
    }
    return states;
  }

  #fileOf = (transferId: string): string => join(this.path, `${transferId}.json`);
  #rateFile = (host: string): string => join(this.path, `${host.replace(/[^\w.-]/g, "_")}.rate`);
}

function stateFields(text: string): { file: string | undefined; mtime_ms: number } {
  try {
    const value: unknown = JSON.parse(text);
    const { file, mtime_ms } = isMapping(value) ? value : {};
    return { file: typeof file === "string" ? file : undefined, mtime_ms: Number(mtime_ms) };
  } catch {
    // A damaged file of another upload must not keep this one from going on.
    return { file: undefined, mtime_ms: 0 };
  }
}
