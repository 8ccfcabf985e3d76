import { folderStore } from "../../../shared/images/adapters/filesystem/folder-uploads.ts";
import { takeName } from "../../../shared/images/operations/bytes/take-name.ts";

/** Goes on with an upload in parts as a process of its own, part for part from where an earlier one was killed. */
const [folder = "", key = "", uploadId = "", count = "", partBytes = ""] = process.argv.slice(2);
const store = folderStore({
  filesystem_store_datadir: folder,
  filesystem_store_file_perm: 0,
  filesystem_store_chunk_size: 65_536,
});
process.stdout.write("began\n");
await store.createUpload(key, uploadId);
const there = new Set((await store.listParts(key, uploadId)).parts.map(({ number }) => number));
const size = Number(partBytes);
if (!(await store.findCopied?.(key, uploadId)))
  for (let number = 1; number <= Number(count); number++)
    if (!there.has(number))
      await store.sendPart(key, uploadId, number, Buffer.alloc(size, number), (number - 1) * size);
const stored = await takeName(store, { key, uploadId }, async () => true);
process.stdout.write(`stored ${stored?.size}\n`);
