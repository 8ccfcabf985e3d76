import { spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, rmdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fileUri, keyOfFileUri } from "../../../shared/images/adapters/filesystem/file-uri.ts";
import { BlobStoreFailed } from "../../../shared/images/ports/blob-store.ts";
import { blobStoreContract } from "./blob-store.ts";
import {
  filesIn,
  filesStore,
  filesystemUnderTest,
  temporaryFolder,
  usedFolder,
} from "./filesystem-under-test.ts";
import { collected, streamed } from "./store-under-test.ts";

const shared = temporaryFolder();
blobStoreContract("files", async () => filesystemUnderTest(shared));

describe("files alone", () => {
  const opened = async () => {
    const folder = usedFolder(join(temporary, randomUUID()));
    return { folder, key: randomUUID(), blobs: filesStore(folder) };
  };
  const temporary = temporaryFolder();
  const bytes = randomBytes(1000);

  it("lie where Glance looks for them, with the permissions that were set", async () => {
    const { folder, key } = await opened();
    await filesStore(folder, { filesystem_store_file_perm: 640 }).put(key, bytes);
    expect(await readFile(join(folder, key))).toEqual(bytes);
    expect((await stat(join(folder, key))).mode & 0o777).toBe(0o640);
    for (const perm of [9, 40, 1.5, -1, 66_666])
      expect(() => filesStore(folder, { filesystem_store_file_perm: perm })).toThrow(RangeError);
    expect(() => filesStore("images")).toThrow("absolute path");
  });

  it("have locations as Glance writes them, and none outside of the folder", () => {
    expect(fileUri("/srv/images/", "a1")).toBe("file:///srv/images/a1");
    for (const scheme of ["file", "filesystem"])
      expect(keyOfFileUri("/srv/images", `${scheme}:///srv/images/a1`)).toBe("a1");
    for (const uri of [
      ...["file:///srv/images/../shadow", "file:///srv/images/a/b", "file:///srv/images/.incoming"],
      ...["file:///srv/imagesx/a1", "file:///etc/passwd", "file://host/srv/images/a1", "http://x/a1", "a1"],
      ...["file:///srv/images/", "file:///srv/images/a1\n", "file:///srv/images/a%31"],
    ])
      expect(keyOfFileUri("/srv/images", uri), uri).toBeUndefined();
  });

  it("are reached by no key that is a path, and through no link", async () => {
    const { folder, key, blobs } = await opened();
    const outside = join(temporary, "outside");
    await writeFile(outside, "secret");
    const { head, read, put, delete: remove } = blobs;
    const paths = ["../outside", "/etc/passwd", "a/b", "..", ".", "", ".incoming", "a\0b", "x".repeat(300)];
    for (const path of paths)
      for (const call of [
        () => head(path),
        () => read(path, 0, 9),
        () => put(path, bytes),
        () => remove(path),
      ])
        await expect(call(), path).rejects.toBeInstanceOf(RangeError);
    await symlink(outside, join(folder, key));
    for (const call of [() => head(key), () => read(key, 0, 9), () => collected(blobs.readStream(key))])
      await expect(call()).rejects.toThrow("is no plain file");
    await expect(blobs.put(key, bytes)).rejects.toBeInstanceOf(BlobStoreFailed);
    await blobs.delete(key);
    expect(await readFile(outside, "utf8")).toBe("secret");
    await mkdir(join(folder, key));
    await expect(blobs.read(key, 0, 9)).rejects.toThrow("is no plain file");
    await expect(blobs.delete(key)).rejects.toBeInstanceOf(BlobStoreFailed);
  });

  it("are not said to be missing while their folder is", async () => {
    const { folder, key, blobs } = await opened();
    await blobs.put(key, bytes);
    await rename(folder, `${folder}.gone`);
    const { head, read, put, delete: remove } = blobs;
    for (const call of [() => head(key), () => read(key, 0, 9), () => remove(key), () => put(key, bytes)])
      await expect(call()).rejects.toThrow("is not made, or not mounted");
    // The place of a mount is there without it, and empty.
    await mkdir(folder);
    for (const call of [() => head(key), () => read(key, 0, 9), () => remove(key), () => put(key, bytes)])
      await expect(call()).rejects.toThrow("is empty: it is not mounted, or new");
    await expect(remove(key, "1-1")).rejects.toThrow("is empty");
    await rmdir(folder);
    await rename(`${folder}.gone`, folder);
    await writeFile(join(folder, "beside"), "");
    await rm(join(folder, ".incoming"), { recursive: true });
    await rename(join(folder, "beside"), join(folder, ".incoming"));
    const { bytes: source, state } = streamed(bytes);
    await expect(blobs.write(randomUUID(), source)).rejects.toThrow("is no folder");
    expect(state.isEnded).toBe(true);
    expect(Buffer.from(await blobs.read(key, 0, 2000))).toEqual(bytes);
  });

  it("are refused where there is no room for them, and leave nothing", async () => {
    const { folder, key } = await opened();
    // The shell's limit on the length of files (in blocks of 512 bytes) is the disk's end here.
    const command = `trap '' XFSZ; ulimit -f 64; exec "$0" "$@"`;
    const words = ["-c", command, process.execPath, writer, folder, key, "1000000"];
    const child = spawn("sh", words, { stdio: ["ignore", "pipe", "inherit"] });
    expect((await collected(child.stdout)).toString()).toBe("began\nStoreFull\n");
    expect(filesIn(folder)).toEqual([]);
  });
});

const writer = join(import.meta.dirname, "image-file-writer.ts");
