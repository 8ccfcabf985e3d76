import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import { INCOMING } from "../../shared/images/adapters/filesystem/file-names.ts";
import { isJsonObject } from "../../shared/json-object.ts";
import { storesOfType } from "../../shared/settings/stores/store-setting.ts";
import type { Settings } from "../../shared/settings.ts";
import { StartFailure } from "../local-aws/start-failure.ts";
import { pseudoParameters } from "../local-aws/template/pseudo-parameters.ts";

/** What stands in the template for the file system of a folder that is on this machine. */
const here = {
  access_point: `arn:aws:elasticfilesystem:${pseudoParameters.region}:${pseudoParameters.accountId}:access-point/fsap-00000000000000000`,
  subnets: ["subnet-00000000000000000"],
  security_groups: ["sg-00000000000000000"],
};

const mountPath = (id: unknown): string => `/mnt/${id}`;

/** The stores as they are written, of a text that can be read. */
function writtenStores(text: string): unknown[] {
  const trimmed = text.trim();
  return trimmed.startsWith("[")
    ? JSON.parse(trimmed)
    : trimmed.split(",").filter((pair) => pair.trim() !== "");
}

/** The same stores as on AWS: their folders are on file systems that functions mount. */
export function withFileSystems(text: string): string {
  let found = false;
  const stores = writtenStores(text).map((entry) => {
    const [id, type] = typeof entry === "string" ? entry.split(":").map((word) => word.trim()) : [];
    const store = isJsonObject(entry) ? entry : { id, type };
    if (store.type !== "file") return entry;
    found = true;
    return { ...store, datadir: mountPath(store.id), ...here };
  });
  return found ? JSON.stringify(stores) : text;
}

/** The folders of this machine that functions get instead, by the paths at which they are mounted. */
export type LocalFolders = ReadonlyMap<string, string>;

/** `text`: the stores of the settings as they are written. Throws StartFailure for what is on AWS only. */
export function localFolders({ enabled_backends }: Settings, home: string, text: string): LocalFolders {
  const written = writtenStores(text).filter(isJsonObject);
  return new Map(
    storesOfType(enabled_backends, "file").map(({ id, datadir, mount }) => {
      if (mount !== undefined)
        throw new StartFailure(
          `GLANCE_ENABLED_BACKENDS: ${id}: access_point: EFS is on AWS only; leave it out, and datadir too unless that is a folder of this machine: one is made then`,
        );
      // The default is a path of AWS; the same one that is written is a folder of this machine.
      const isSaid = written.some((store) => store.id === id && typeof store.datadir === "string");
      return [mountPath(id), isSaid ? datadir : join(resolve(home), "stores", id)];
    }),
  );
}

/**
 * Makes folders in the home; another one has to be there. Which was used is noted in the home: without its mount an empty
 * folder would stand in its place, and every image seem to be lost. So they would in another folder under the same id.
 * Throws StartFailure.
 */
export async function makeFolders(folders: LocalFolders, home: string): Promise<void> {
  const notes = join(resolve(home), "folders");
  for (const [path, folder] of folders) {
    const isOwn = folder.startsWith(join(resolve(home), "stores", "/"));
    if (isOwn) await mkdir(folder, { recursive: true, mode: 0o700 });
    const isThere = await stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isThere)
      throw new StartFailure(
        `GLANCE_ENABLED_BACKENDS: datadir: there is no folder ${folder}: make it, or mount it`,
      );
    const note = join(notes, basename(path));
    const noted = await readFile(note, "utf8").catch(() => undefined);
    const before = noted === undefined ? undefined : resolve(home, noted);
    const incoming = join(folder, INCOMING);
    if (before === folder)
      await stat(incoming).catch((error: unknown) => {
        throw new StartFailure(
          `GLANCE_ENABLED_BACKENDS: datadir: ${folder} is not the folder that was used before, which had ${INCOMING} in it: mount it, or make ${incoming}`,
          { cause: error },
        );
      });
    else if (before !== undefined) await refuseAnother(basename(path), before, folder);
    await mkdir(incoming, { recursive: true, mode: 0o700 });
    await mkdir(notes, { recursive: true, mode: 0o700 });
    // A home that is copied or moved takes its own folders along.
    await writeFile(note, isOwn ? relative(resolve(home), folder) : folder);
  }
}

/** Images that lie where the store was before would count as lost, and their deletions as done. */
async function refuseAnother(id: string, before: string, folder: string): Promise<void> {
  const [old, own] = await Promise.all(
    [before, folder].map((one) => stat(join(one, INCOMING)).catch(() => undefined)),
  );
  if (old === undefined || (old.dev === own?.dev && old.ino === own.ino)) return;
  throw new StartFailure(
    `GLANCE_ENABLED_BACKENDS: ${id}: its images are in ${before}: give the folder ${folder} another id, or move them there and remove ${join(before, INCOMING)}`,
  );
}
