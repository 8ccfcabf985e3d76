import { once } from "node:events";
import { createServer } from "node:net";
import { resolve } from "node:path";

/**
 * Makes sure that no other program of this machine works in the folder: by a socket of its name that is in no file system,
 * so that it goes with us however we end. Throws where another has it.
 */
export async function claimFolder(folder: string): Promise<void> {
  const server = createServer();
  server.listen(`\0glance-converter:${resolve(folder)}`);
  try {
    await once(server, "listening");
  } catch (error) {
    throw new Error(`another converter works in ${folder}: give each a folder of its own`, { cause: error });
  }
  server.unref();
}
