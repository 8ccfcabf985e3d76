import { isDeepStrictEqual } from "node:util";
import { ownValue } from "../../shared/own-value.ts";
import type { Image, PatchOperation } from "../openstack/image-service.ts";
import { attributePatch } from "../upload/attribute-patch.ts";
import type { Wanted } from "./wanted.ts";

const GIB = 1024 ** 3;

/** What an image of the mirror shows itself as. */
export interface Standing {
  readonly name: string;
  readonly hidden: boolean;
}

/** A disk that the image does not fit on would be of no use to anybody. */
const minDiskOf = ({ size, virtual_size }: Image, said: number): number =>
  Math.max(said, Math.ceil(Math.max(size ?? 0, Number(virtual_size ?? 0)) / GIB));

/** What has to be changed of an image that has its data, to be as it is wanted; nothing for one that is. */
export function settlingPatch(image: Image, wanted: Wanted, { name, hidden }: Standing): PatchOperation[] {
  const { definition, properties, tags, visibility } = wanted;
  const should: Record<string, unknown> = {
    ...properties,
    name,
    visibility,
    os_hidden: hidden,
    min_disk: minDiskOf(image, definition.minDisk),
    min_ram: definition.minRam,
  };
  // The day that a publisher's latest one was published is said once.
  if (wanted.isLatest) should.internal_version = image.internal_version ?? wanted.version;
  const changed = Object.entries(should).filter(
    ([key, value]) => !isDeepStrictEqual(ownValue(image, key), value),
  );
  const own = new Set(Array.isArray(image.tags) ? image.tags : []);
  const missing = tags.filter((tag) => !own.has(tag));
  return attributePatch({
    ...Object.fromEntries(changed),
    ...(missing.length > 0 && { tags: [...own, ...missing] }),
  });
}

/** The changed attributes, for people. */
export const changedNames = (patch: readonly PatchOperation[]): string =>
  patch.map(({ path }) => path.slice(1)).join(", ");
