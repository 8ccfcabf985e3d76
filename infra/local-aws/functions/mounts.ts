import type { Judge, Principal } from "../iam/principal.ts";
import type { FunctionDefinition } from "../template/functions.ts";

/** Folders of this machine that stand for file systems, by the paths at which functions mount them. */
export type MountFolders = ReadonlyMap<string, string>;

/**
 * What of a function's file systems can be emulated without root: its role must be allowed to mount them, and what names
 * the path in its variables names the folder of this machine instead. Whether it may write is not kept. Throws for a
 * mount that the role may not make, or that has no folder.
 */
export function withMounts(
  { name, environment, mounts }: FunctionDefinition,
  folders: MountFolders,
  mayMount: (accessPoint: string) => boolean,
): Readonly<Record<string, string>> {
  for (const { accessPoint, path } of mounts) {
    if (!folders.has(path))
      throw new Error(`${name} mounts ${accessPoint} at ${path}: there is no folder for that`);
    if (!mayMount(accessPoint))
      throw new Error(`${name} may not mount ${accessPoint} (elasticfilesystem:ClientMount)`);
  }
  return Object.fromEntries(
    Object.entries(environment).map(([variable, value]) => [variable, inFolders(value, folders)]),
  );
}

/** The path alone, or as a text of JSON. */
const inFolders = (value: string, folders: MountFolders): string =>
  [...folders].reduce(
    (text, [path, folder]) =>
      text === path ? folder : text.replaceAll(JSON.stringify(path), JSON.stringify(folder)),
    value,
  );

/** Whether a role's policies let it mount by an access point: IAM is asked about the file system, of which that is one. */
export const mountJudge =
  (judge: Pick<Judge, "allows">, principal: Principal) =>
  (accessPoint: string): boolean =>
    judge.allows(
      principal,
      "elasticfilesystem:ClientMount",
      accessPoint.replace(/access-point\/.*$/, "file-system/fs-00000000000000000"),
      { "elasticfilesystem:AccessPointArn": [accessPoint] },
    );
