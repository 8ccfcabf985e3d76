import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isTransferId } from "../protocol/transfer-answers.ts";
import type { TransferGrant } from "../protocol/transfer-calls.ts";

export interface JournalEntry extends TransferGrant {
  readonly endpoint: string;
  /** The process that runs the upload. */
  readonly pid: number;
}

/**
 * The transfers that this ingress has open, so that its successor can abort them after a kill: one file each,
 * readable only by its owner as it holds the transfer's token. Files appear whole or not at all.
 */
export interface Journal {
  add(transfer: TransferGrant): Promise<void>;
  /** Idempotent. */
  remove(transferId: string): Promise<void>;
  /** What predecessors left; files that are no entries are not touched. */
  leftOver(): Promise<JournalEntry[]>;
}

/** No transfer lives longer (`transfer_lifetime_max`): an older entry has nothing left to abort. */
const MAX_AGE_MS = 7 * 86_400_000;

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
};

function parseEntry(text: string): JournalEntry | undefined {
  try {
    const { endpoint, imageId, transferId: id, token, pid } = JSON.parse(text);
    const isWhole = [endpoint, imageId, token].every((value) => typeof value === "string");
    return isWhole && isTransferId(id) && Number.isSafeInteger(pid)
      ? { endpoint, imageId, id, token, pid }
      : undefined;
  } catch {
    return undefined;
  }
}

/** A journal in a directory, made when it is missing. Throws what the file system throws. */
export async function openJournal(directory: string, endpoint: string): Promise<Journal> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const fileOf = (transferId: string) => join(directory, `${transferId}.json`);
  return {
    add: async ({ id, imageId, token }) => {
      const entry = { endpoint, imageId, transferId: id, token, pid: process.pid };
      const draft = `${fileOf(id)}.${process.pid}.new`;
      await writeFile(draft, JSON.stringify(entry), { mode: 0o600 });
      await chmod(draft, 0o600);
      await rename(draft, fileOf(id));
    },
    remove: (transferId) => rm(fileOf(transferId), { force: true }),
    leftOver: async () => {
      const entries: JournalEntry[] = [];
      for (const name of await readdir(directory)) {
        if (!name.endsWith(".json")) continue;
        const file = join(directory, name);
        const entry = parseEntry(await readFile(file, "utf8"));
        if (entry === undefined || `${entry.id}.json` !== name) continue;
        // A sibling's upload is not ours to abort. (Our own pid can only be a predecessor's: nothing is open yet.)
        if (entry.pid !== process.pid && isRunning(entry.pid)) continue;
        if (Date.now() - (await stat(file)).mtimeMs > MAX_AGE_MS) await rm(file, { force: true });
        else entries.push(entry);
      }
      return entries;
    },
  };
}

/** Without a state directory nothing is remembered; the lease alone frees the images of a killed ingress. */
export const noJournal: Journal = {
  add: async () => undefined,
  remove: async () => undefined,
  leftOver: async () => [],
};
