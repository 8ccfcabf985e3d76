import { readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Advice } from "../../advice.ts";
import { makeFolder } from "../../lasting-folders.ts";
import { keepFile, replaceFile } from "../../replace-file.ts";

/** A message as its file holds it. */
export interface StoredMessage {
  readonly id: string;
  readonly body: string;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
  /** Not before this time (delay); milliseconds since the epoch. */
  readonly availableAt: number;
  readonly receiveCount: number;
  readonly firstReceivedAt?: number;
  /** The sender's tracing header, by which Lambda finds loops. */
  readonly traceHeader?: string;
  /** MessageGroupId: the tenant of a fair queue. */
  readonly group?: string;
}

/**
 * One file a message, written whole and forced to the disk: a message that was added survives kill -9 and a power cut.
 * After the latter one that was removed may be there again, and one that was written again as it was before: deliveries
 * are at least once.
 */
export interface MessageFolder {
  /** Every message in the order sent; half-written files of a killed process are removed, broken ones set aside. */
  load(): Promise<readonly StoredMessage[]>;
  read(id: string): Promise<StoredMessage>;
  add(message: StoredMessage): Promise<void>;
  /** Writes one again that was added. */
  write(message: StoredMessage): Promise<void>;
  remove(id: string): Promise<void>;
}

class BrokenMessage extends Error {}

/** One message that nobody can read must not keep all others from being handled. */
async function setAside(path: string, { lostMessage }: Advice): Promise<void> {
  await rename(path, `${path}.broken`);
  process.stderr.write(
    `The queue's message ${path} cannot be read and was set aside as ${path}.broken.` +
      `${lostMessage === undefined ? "" : ` ${lostMessage}`}\n`,
  );
}

export async function openMessageFolder(directory: string, advice: Advice = {}): Promise<MessageFolder> {
  await makeFolder(directory, 0o700);
  const file = (id: string): string => join(directory, `${id}.json`);
  const parse = async (path: string): Promise<StoredMessage> => {
    const content = await readFile(path, "utf8");
    try {
      const message = JSON.parse(content) as StoredMessage | null;
      if (typeof message?.id === "string" && typeof message.body === "string") return message;
    } catch {
      // Said below, as of what is no message.
    }
    throw new BrokenMessage(`${path} is broken`);
  };
  return {
    load: async () => {
      const names = await readdir(directory);
      await Promise.all(
        names
          .filter((name) => name.endsWith(".tmp"))
          .map((name) => rm(join(directory, name), { force: true })),
      );
      const messages: StoredMessage[] = [];
      // One after the other: a long queue must not open thousands of files at once.
      for (const name of names.filter((candidate) => candidate.endsWith(".json"))) {
        const path = join(directory, name);
        const message = await parse(path).catch((error: Error) => {
          if (error instanceof BrokenMessage) return undefined;
          throw error;
        });
        if (message) messages.push(message);
        else await setAside(path, advice);
      }
      return messages.sort((a, b) => a.sentAt - b.sentAt);
    },
    read: (id) => parse(file(id)),
    add: (message) => keepFile(file(message.id), JSON.stringify(message)),
    write: (message) => replaceFile(file(message.id), JSON.stringify(message)),
    remove: (id) => rm(file(id), { force: true }),
  };
}
