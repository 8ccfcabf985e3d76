import { join } from "node:path";
import { isFileKey } from "./file-names.ts";
import { checkedFolder } from "./image-folder.ts";

/** The location of an image as Glance writes it: the path as it is, with nothing escaped. */
export const fileUri = (datadir: string, key: string): string =>
  `file://${join(checkedFolder(datadir), key)}`;

/** The key of a location that lies in this folder; undefined for every other one. */
export function keyOfFileUri(datadir: string, uri: string): string | undefined {
  const folder = join(checkedFolder(datadir), "/");
  const [, path = ""] = /^(?:file|filesystem):\/\/(\/.*)$/s.exec(uri) ?? [];
  const key = path.startsWith(folder) ? path.slice(folder.length) : "";
  return isFileKey(key) ? key : undefined;
}
