import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statfsSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { assertRoom, destination } from "../../client/download/destination.ts";
import { safeFileName } from "../../client/download/safe-file-name.ts";
import type { Image } from "../../client/openstack/image-service.ts";
import { explain } from "../../client/terminal/explain.ts";

const id = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
const image = (name: string | null, size = 5) => ({ id, name, size }) as unknown as Image;

let folder: string;
const at = (name: string) => join(folder, name);
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "destination-")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const pathFor = async (target: string, force: boolean, name = "g1") =>
  (await destination(target, force))(image(name));

it("a folder takes the file into it, a link leads to its file, as with cp", async () => {
  expect(await pathFor(folder, true)).toBe(at("g1"));
  expect(await pathFor(`${folder}/`, false)).toBe(at("g1"));
  writeFileSync(at("g1"), "");
  await expect(pathFor(folder, false)).rejects.toThrow("--force replaces it");
  expect(await pathFor(folder, true)).toBe(at("g1"));
  symlinkSync(at("g1"), at("link"));
  expect(await pathFor(at("link"), true)).toBe(at("g1"));
  expect(await pathFor(at("new"), false)).toBe(at("new"));
});

it("what cannot be written is refused before anything is asked", async () => {
  writeFileSync(at("file"), "");
  mkdirSync(at("sub/g1"), { recursive: true });
  const refused: [string, boolean, string][] = [
    [at("file"), false, "exists already"],
    [at("none/file"), true, "does not exist; make it first"],
    [at("none/"), true, "does not exist; make it first"],
    ["/dev/null", true, "is not a regular file"],
    ["/proc/copy", true, "nothing can be written"],
    [at("sub"), true, "is not a regular file"],
  ];
  for (const [target, force, why] of refused) {
    const error = await pathFor(target, force).catch((thrown: unknown) => thrown);
    expect(explain(error), target).toMatchObject({ exitCode: 2, message: expect.stringContaining(why) });
  }
});

it("no image's name leads out of the folder, hides the file, or steers the terminal", () => {
  const names: [string | null, string][] = [
    ["disk.qcow2", "disk.qcow2"],
    ["Debian 12 (bookworm)", "Debian 12 (bookworm)"],
    ["../../etc/passwd", "___.._etc_passwd"],
    [".bashrc", "_bashrc"],
    ["-rf", "_rf"],
    ["a\u001b[2Jb\u202ec", "a_[2Jb_c"],
    ["C:\\x", "C__x"],
    ["/", id],
    ["..", id],
    ["", id],
    [null, id],
  ];
  for (const [name, file] of names) expect(safeFileName({ id, name })).toBe(file);
  const long = safeFileName({ id, name: "ä".repeat(255) });
  expect(long).toBe("ä".repeat(100));
});

it("an image that does not fit is refused with the amounts; what is there already counts", async () => {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  await assertRoom(at("copy"), image("fits", 1000));
  const error = await assertRoom(at("copy"), image("large", free * 2)).catch((thrown: unknown) => thrown);
  expect(explain(error)).toMatchObject({
    exitCode: 1,
    message: expect.stringMatching(/needs .*, but .* has .* free\. Make room.*--no-space-check/),
  });
  // Holes are not there.
  writeFileSync(at("sparse.part"), "");
  truncateSync(at("sparse.part"), free * 2);
  await expect(assertRoom(at("sparse"), image("large", free * 2))).rejects.toThrow();
});
