import { mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { isJsonObject } from "../../shared/json-object.ts";
import { alone } from "../machine/alone.ts";
import { writePrivate } from "../machine/write-private.ts";
import type { Environment } from "../openstack/config-files.ts";
import { parseTicket, type Ticket, type UploadState } from "./ticket.ts";

/** Where unfinished uploads are remembered when nothing else is said. */
export const defaultStateFolder = (environment: Environment, home: string): string =>
  join(environment.XDG_STATE_HOME || join(home, ".local", "state"), "imagectl");

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

  /** All unfinished uploads, the one that was begun last first. */
  async all(): Promise<readonly (UploadState & { readonly begun_ms: number })[]> {
    return (await this.#read()).sort((one, other) => other.begun_ms - one.begun_ms);
  }

  /** The unfinished upload of this file (an absolute path) that was begun last. */
  async find(file: string): Promise<UploadState | undefined> {
    return (await this.all()).find((state) => state.file === file);
  }

  /** Runs `work` while no other command of this machine goes on with this upload. Throws InUse. */
  alone<Result>(
    transferId: string,
    signal: AbortSignal,
    onWait: () => void,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    return alone(this.#fileOf(transferId), signal, onWait, work);
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

  async #read() {
    const names = await readdir(this.path).catch(() => []);
    const states: (UploadState & { readonly begun_ms: number })[] = [];
    for (const name of names.filter((each) => each.endsWith(".json"))) {
      const path = join(this.path, name);
      const file = await open(path, "r").catch(() => undefined);
      if (!file) continue;
      try {
        const text = await file.readFile("utf8");
        const known = stateFields(text);
        if (known === undefined) continue;
        states.push({ ...parseTicket(text, path), ...known, begun_ms: (await file.stat()).mtimeMs });
      } finally {
        await file.close();
      }
    }
    return states;
  }

  #fileOf = (transferId: string): string => join(this.path, `${transferId}.json`);
  #rateFile = (host: string): string => join(this.path, `${host.replace(/[^\w.-]/g, "_")}.rate`);
}

/** What is known beside the ticket; undefined for a file that is none of an upload. */
function stateFields(text: string): Omit<UploadState, keyof Ticket> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const { file, mtime_ms, begun_with, whose } = isJsonObject(value) ? value : {};
    if (typeof file !== "string") return undefined;
    return {
      file,
      mtime_ms: Number(mtime_ms),
      begun_with: isJsonObject(begun_with) ? begun_with : undefined,
      whose: typeof whose === "string" ? whose : undefined,
    };
  } catch {
    // A damaged file of another upload must not keep this one from going on.
    return undefined;
  }
}
