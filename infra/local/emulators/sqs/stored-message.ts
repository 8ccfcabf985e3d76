import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../../replace-file.ts";

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
}

/** One file a message, written whole and forced to the disk: what was acknowledged survives kill -9. */
export interface MessageFolder {
  /** Every message in the order sent; half-written files of a killed process are removed. */
  load(): Promise<readonly StoredMessage[]>;
  read(id: string): Promise<StoredMessage>;
  write(message: StoredMessage): Promise<void>;
  remove(id: string): Promise<void>;
}

export async function openMessageFolder(directory: string): Promise<MessageFolder> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const file = (id: string): string => join(directory, `${id}.json`);
  const parse = async (path: string): Promise<StoredMessage> => {
    const content = await readFile(path, "utf8");
    try {
      return JSON.parse(content) as StoredMessage;
    } catch {
      throw new Error(`${path} is broken: restore it, or delete it (its message is then lost)`);
    }
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
        messages.push(await parse(join(directory, name)));
      }
      return messages.sort((a, b) => a.sentAt - b.sentAt);
    },
    read: (id) => parse(file(id)),
    write: (message) => replaceFile(file(message.id), JSON.stringify(message)),
    remove: (id) => rm(file(id), { force: true }),
  };
}
