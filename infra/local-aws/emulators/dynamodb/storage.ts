import database from "dynalite/db/index.js";
import type { Advice } from "../../advice.ts";
import { StartFailure, systemCode } from "../../start-failure.ts";
import { droppedRecords, requireCurrent, tornLog } from "./leveldb-damage.ts";

/** One write of a batch; keys carry the prefix of their table, index or purpose. */
export type Change =
  | { readonly type: "put"; readonly key: string; readonly value: object }
  | { readonly type: "del"; readonly key: string };

export interface KeyRange {
  readonly gte?: string;
  readonly gt?: string;
  readonly lte?: string;
  readonly lt?: string;
  readonly reverse?: boolean;
  readonly limit?: number;
}

/** Reads on from a snapshot of the moment it was made: writes made since are not seen. */
interface Cursor<Entry> {
  /** At most `count` entries; none at the end. */
  nextv(count: number): Promise<Entry[]>;
  close(): Promise<void>;
}

/**
 * The LevelDB behind the tables, as dynalite opens it: values are JSON. A batch is applied whole or not at
 * all, also when the process is killed; `getMany` answers from one snapshot, so it never sees half a batch.
 */
export interface Storage {
  open(): Promise<void>;
  get(key: string): Promise<unknown>;
  getMany(keys: string[]): Promise<unknown[]>;
  batch(changes: Change[]): Promise<void>;
  values(range: KeyRange & { highWaterMarkBytes?: number }): Cursor<unknown>;
  iterator(range: KeyRange): Cursor<[key: string, value: unknown]>;
  close(): Promise<void>;
}

/**
 * Opens the folder, making it when missing; says on the terminal when the last writes are lost. Throws when another
 * process has it open, and StartFailure when it is damaged.
 */
export async function openStorage(directory: string, { lostWrites }: Advice = {}): Promise<Storage> {
  await requireCurrent(directory);
  const torn = await tornLog(directory);
  const { db: storage } = database.create({ path: directory });
  try {
    await storage.open();
  } catch (cause) {
    const { code, message = "" } = (cause as { cause?: { code?: string; message?: string } }).cause ?? {};
    if (code === "LEVEL_LOCKED") throw new Error(`${directory} is in use by another process`, { cause });
    if (systemCode(cause) !== undefined) throw cause;
    throw new StartFailure(
      `the tables in ${directory} are damaged (${message}): restore the folder from a copy, or move it away to start ` +
        "with empty tables",
    );
  }
  const loss = torn ?? (await droppedRecords(directory));
  if (loss !== undefined) {
    process.stderr.write(
      `What was written to the tables last may be lost (${loss}).${lostWrites === undefined ? "" : ` ${lostWrites}`}\n`,
    );
  }
  return storage;
}

/** Everything whose key begins with the prefix. Keys are ASCII, so `\xff` comes after all of them. */
export const underPrefix = (prefix: string, range: KeyRange = {}): KeyRange => {
  const { gte, gt, lte, lt, ...rest } = range;
  return {
    ...rest,
    ...(gt === undefined ? { gte: prefix + (gte ?? "") } : { gt: prefix + gt }),
    ...(lte === undefined ? { lt: prefix + (lt ?? "\xff") } : { lte: prefix + lte }),
  };
};
