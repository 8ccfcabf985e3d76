import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isFull } from "../local-aws/full-disk.ts";

/** Each takes 7 MB. A run of the tests has more sets of settings, most of them used one after another. */
const most = 20;

export interface KeptFolders {
  /**
   * Copies the folder of this key into `directory`, which is empty. Answers the files of packages that it was made
   * with; undefined when there is none to be used.
   */
  copyTo(directory: string, key: string): Promise<readonly string[] | undefined>;
  /** Keeps a copy of `directory`, made with these files of packages. A failure keeps nothing. */
  keep(directory: string, key: string, packageFiles: readonly string[]): Promise<void>;
}

/**
 * What earlier starts have made, in `folder`: assemblies or bundles. An entry appears whole or not at all. Packages are
 * in the keys by their versions only; whoever changes a file of one by hand changes its size or time, and the entry
 * does not count.
 */
export function keptFolders(folder: string): KeptFolders {
  return {
    async copyTo(directory, key) {
      const entry = join(folder, key);
      let stamps: readonly FileStamp[];
      try {
        stamps = JSON.parse(await readFile(join(entry, "packages.json"), "utf8"));
        const now = await Promise.all(stamps.map(({ path }) => stampOf(path)));
        if (now.some((stamp, at) => JSON.stringify(stamp) !== JSON.stringify(stamps[at]))) return undefined;
        await utimes(entry, new Date(), new Date());
      } catch {
        return undefined;
      }
      try {
        await cp(join(entry, "made"), directory, { recursive: true });
        return stamps.map(({ path }) => path);
      } catch (error) {
        // Another start may have removed the entry meanwhile. A full disk is for the caller to judge.
        if (isFull(error)) throw error;
        for (const name of await readdir(directory)) await rm(join(directory, name), { recursive: true });
        return undefined;
      }
    },

    async keep(directory, key, packageFiles) {
      let fresh: string | undefined;
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        fresh = await mkdtemp(join(folder, "new-"));
        await cp(directory, join(fresh, "made"), { recursive: true });
        await writeFile(
          join(fresh, "packages.json"),
          JSON.stringify(await Promise.all(packageFiles.map(stampOf))),
        );
        await rm(join(folder, key), { recursive: true, force: true });
        await rename(fresh, join(folder, key));
        await removeOldest(folder);
      } catch {
        // The folder cannot be written, the disk is full, or another start was quicker: the next start makes it again.
        if (fresh !== undefined) await rm(fresh, { recursive: true, force: true }).catch(() => {});
      }
    },
  };
}

interface FileStamp {
  readonly path: string;
  readonly bytes: number;
  readonly changed: number;
}

async function stampOf(path: string): Promise<FileStamp> {
  const { size, mtimeMs } = await stat(path);
  return { path, bytes: size, changed: mtimeMs };
}

async function removeOldest(folder: string): Promise<void> {
  const entries = await Promise.all(
    (await readdir(folder)).map(async (name) => ({ name, used: (await stat(join(folder, name))).mtimeMs })),
  );
  const oldest = entries.sort((one, other) => other.used - one.used).slice(most);
  for (const { name } of oldest) await rm(join(folder, name), { recursive: true, force: true });
}
