import { setTimeout as sleep } from "node:timers/promises";
import { filesystemBlobStore } from "../../../shared/images/adapters/filesystem/blob-store.ts";

/** Stores `bytes` bytes as a process of its own, slowly if so told; prints what came of it, or `began` first. */
const [folder = "", key = "", bytes = "", pauseMs = "0"] = process.argv.slice(2);

async function* source() {
  for (let sent = 0; sent < Number(bytes); sent += 4096) {
    yield Buffer.alloc(4096, 7);
    if (sent === 0) process.stdout.write("began\n");
    await sleep(Number(pauseMs));
  }
}

const store = filesystemBlobStore({
  filesystem_store_datadir: folder,
  filesystem_store_file_perm: 0,
  filesystem_store_chunk_size: 65_536,
});
await store.write(key, source()).then(
  () => process.stdout.write("stored\n"),
  (error: Error) => process.stdout.write(`${error.constructor.name}\n`),
);
