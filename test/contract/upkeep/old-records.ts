import { imageItem } from "../../../shared/images/adapters/dynamodb/image-item.ts";
import type { Image } from "../../../shared/images/domain/image.ts";

type Item = Record<string, unknown>;

const withoutNames = ({ locations: _, staged, ...item }: Item): Item => {
  const { store: __, ...bytes } = (staged ?? {}) as Item;
  return { ...item, staged: staged ? bytes : null };
};

/** The record as version 2 had it: one location, in the one store that needed no name. */
export const itemOfVersion2 = (image: Image): Item => withoutNames({ ...imageItem(image), v: 2 });

/** The record as version 1 had it: without the store's etag, and without a count of members. */
export function itemOfVersion1(image: Image): Item {
  const {
    member_count: _,
    leftovers_purged: __,
    status_before_delete: ___,
    location,
    ...item
  } = itemOfVersion2(image);
  const { etag: ____, ...bytes } = (location ?? {}) as Item;
  return { ...item, v: 1, location: location ? bytes : null };
}

/**
 * What a release of version 2 makes of a record of any version: it reads and writes `location`, and passes on what it
 * does not know.
 */
export const writtenByVersion2 = (item: Item, changes: Item): Item => ({ ...item, ...changes });
