import { execFileSync } from "node:child_process";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, renameSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileUri, keyOfFileUri } from "../../../shared/images/adapters/filesystem/file-uri.ts";
import { folderStore } from "../../../shared/images/adapters/filesystem/folder-uploads.ts";
import { StoreFull } from "../../../shared/images/ports/blob-store.ts";
import { filesIn, filesStore, usedFolder } from "./filesystem-under-test.ts";
import { streamed } from "./store-under-test.ts";

/** A disk of its own of two megabytes, in memory: mounting it takes root. */
const disk = mkdtempSync(join(tmpdir(), "glance-small-disk-"));
beforeAll(() => {
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", disk]);
});
afterAll(() => {
  execFileSync("umount", ["-l", disk]);
  rmSync(disk, { recursive: true, force: true });
});

const uploadStore = (datadir: string) =>
  folderStore({
    filesystem_store_datadir: datadir,
    filesystem_store_file_perm: 0,
    filesystem_store_chunk_size: 65_536,
  });

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

it("a folder that is mounted to be read gives what a removal holds that has to give it back", async () => {
  const [blobs, key] = [filesStore(disk), randomUUID()];
  await blobs.put(key, Buffer.from("newer"));
  const gone = join(disk, ".incoming", `gone~${key}~1-1~${randomUUID()}`);
  renameSync(join(disk, key), gone);
  execFileSync("mount", ["-o", "remount,ro", disk]);
  expect((await blobs.head(key))?.size).toBe(5);
  expect(Buffer.from(await blobs.read(key, 0, 9)).toString()).toBe("newer");
  execFileSync("mount", ["-o", "remount,rw", disk]);
  rmSync(gone);
});

describe("a disk that is full", () => {
  it("keeps nothing of what did not fit, and all that was there", async () => {
    const blobs = filesStore(disk);
    const [kept, large] = [randomUUID(), randomUUID()];
    await blobs.put(kept, randomBytes(1_000_000));
    const free = () => statfsSync(disk).bavail;
    const before = free();
    const { bytes, state } = streamed(randomBytes(3_000_000));
    await expect(blobs.write(large, bytes)).rejects.toBeInstanceOf(StoreFull);
    expect(state.isEnded).toBe(true);
    expect(await blobs.head(large)).toBeUndefined();
    expect(free()).toBe(before);
    expect(filesIn(disk)).toEqual([join(disk, kept)]);
    await blobs.delete(kept);
  });

  it("keeps no part of an upload that did not fit, when that is aborted", async () => {
    const blobs = uploadStore(disk);
    const free = () => statfsSync(disk).bavail;
    const before = free();
    const [key, part] = [randomUUID(), randomBytes(1_000_000)];
    const upload = await blobs.createUpload(key);
    await blobs.sendPart(key, upload, 1, part, 0);
    const full = blobs.sendPart(key, upload, 2, Buffer.concat([part, part]), part.length);
    await expect(full).rejects.toBeInstanceOf(StoreFull);
    await blobs.abortUpload(key, upload);
    expect(filesIn(disk)).toEqual([]);
    expect(before - free()).toBeLessThan(3);
  });

  it("is told when the last byte does not fit either", async () => {
    const blobs = filesStore(disk);
    writeFileSync(join(disk, "filler"), Buffer.alloc(statfsSync(disk).bavail * statfsSync(disk).bsize));
    await expect(blobs.put(randomUUID(), Buffer.from("x"))).rejects.toBeInstanceOf(StoreFull);
    rmSync(join(disk, "filler"));
    expect(filesIn(disk)).toEqual([]);
  });
});

/* Debian's package python3-glance-store, which test/reference/stack/up.sh installs with Glance. */
describe("Glance's own filesystem store", () => {
  /** Adds the bytes of standard input under an id, or shows those of a location; prints what Glance says of them. */
  const program = `
import hashlib, json, sys
from oslo_config import cfg
import glance_store
from glance_store import location
from glance_store._drivers import filesystem
folder, verb, name = sys.argv[1:]
conf = cfg.CONF
glance_store.register_opts(conf)
conf([])
conf.set_override('stores', ['file'], 'glance_store')
conf.set_override('filesystem_store_datadir', folder, 'glance_store')
glance_store.create_stores(conf)
if verb == 'add':
    uri, size, checksum, digest, meta = glance_store.add_to_backend_with_multihash(
        conf, name, sys.stdin.buffer, 0, 'sha256')
    print(json.dumps({'uri': uri, 'size': size, 'sha256': digest}))
else:
    chunks, size = glance_store.get_from_backend(name)
    print(json.dumps({'size': size, 'sha256': hashlib.sha256(b''.join(chunks)).hexdigest()}))
`;
  const glance = (folder: string, verb: "add" | "get", name: string, input?: Uint8Array) =>
    JSON.parse(
      execFileSync("/usr/bin/python3", ["-W", "ignore", "-c", program, folder, verb, name], {
        ...(input && { input }),
        stdio: "pipe",
        encoding: "utf8",
      }),
    );
  const folder = usedFolder(mkdtempSync(join(tmpdir(), "glance-files-")));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("reads what was stored here, at the location that it is given", async () => {
    const [key, bytes] = [randomUUID(), randomBytes(200_000)];
    await filesStore(folder).put(key, bytes);
    expect(glance(folder, "get", fileUri(folder, key))).toEqual({
      size: bytes.length,
      sha256: sha256(bytes),
    });
  });

  it("reads what was brought there in parts", async () => {
    const [key, bytes] = [randomUUID(), randomBytes(200_000)];
    const blobs = uploadStore(folder);
    const upload = await blobs.createUpload(key);
    await blobs.sendPart(key, upload, 2, bytes.subarray(120_000), 120_000);
    await blobs.sendPart(key, upload, 1, bytes.subarray(0, 120_000), 0);
    await blobs.completeUpload(key, upload, (await blobs.listParts(key, upload)).parts);
    await blobs.forgetUpload?.(upload);
    const found = glance(folder, "get", fileUri(folder, key));
    expect(found).toEqual({ size: bytes.length, sha256: sha256(bytes) });
  });

  it("stores what is read here, by its location", async () => {
    const [id, bytes] = [randomUUID(), randomBytes(200_000)];
    const added = glance(folder, "add", id, bytes);
    expect(added).toEqual({ uri: fileUri(folder, id), size: bytes.length, sha256: sha256(bytes) });
    const key = keyOfFileUri(folder, added.uri);
    expect(key).toBe(id);
    const blobs = filesStore(folder);
    expect(Buffer.from(await blobs.read(id, 0, bytes.length))).toEqual(bytes);
    await blobs.delete(id);
    expect(filesIn(folder)).not.toContain(join(folder, id));
  });

  it("refuses an id that is stored here", async () => {
    const [id, bytes] = [randomUUID(), randomBytes(1000)];
    await filesStore(folder).put(id, bytes);
    expect(() => glance(folder, "add", id, randomBytes(10))).toThrow(/Duplicate|already exists/);
    expect(readFileSync(join(folder, id))).toEqual(bytes);
  });
});
