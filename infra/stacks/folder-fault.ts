import { type StoreSetting, storesOfType } from "../../shared/settings/stores/store-setting.ts";

/**
 * Why functions could not have the folders of these stores mounted, in words; undefined when they can, or there are none.
 * Lambda mounts one file system, at a folder right below /mnt (Lambda guide, "Configuring file system access").
 */
export function folderFault(stores: readonly StoreSetting[]): string | undefined {
  const [folder, other] = storesOfType(stores, "file");
  if (folder === undefined) return undefined;
  const { id, datadir, mount } = folder;
  if (other !== undefined)
    return `${other.id}: there can be one store of type file, and that is ${id}: leave one out (on AWS a function mounts one file system)`;
  if (mount === undefined)
    return `${id}: a folder on AWS needs access_point, subnets and security_groups of an EFS file system (docs/stores.md)`;
  if (!/^\/mnt\/[\w.-]+$/.test(datadir))
    return `${id}: datadir: functions mount file systems at a folder like /mnt/${id} only`;
  return undefined;
}
