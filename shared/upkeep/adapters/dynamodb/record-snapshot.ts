import type { Key } from "../../../aws/table-key.ts";
import { imageOf, transferOf } from "../../../images/adapters/dynamodb/image-item.ts";
import { imageKey, transferKey } from "../../../images/adapters/dynamodb/keys.ts";
import type { Image } from "../../../images/domain/image.ts";
import { isDeleted, statuses } from "../../../images/domain/status.ts";
import type { Transfer } from "../../../images/domain/transfer.ts";

export type Item = Readonly<Record<string, unknown>>;

export const textOf = ({ pk, sk }: Key): string => `${pk}\n${sk}`;

/** Items by their keys; a key without one was read and found absent. */
export class Snapshot {
  readonly #items = new Map<string, Item>();

  add(items: readonly Item[]): this {
    for (const item of items) this.#items.set(textOf(item as unknown as Key), item);
    return this;
  }

  item(key: Key): Item | undefined {
    return this.#items.get(textOf(key));
  }

  image(id: string): Image | undefined {
    const item = this.item(imageKey(id));
    return item && imageOf(item);
  }

  transfer(imageId: string, transferId: string): Transfer | undefined {
    const item = this.item(transferKey(imageId, transferId));
    return item && transferOf(item);
  }
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Whether a record says what index entries are made of; with one that does not, nothing can be mended. */
export const isSound = (image: Image, id: string): boolean =>
  image.id === id &&
  Number.isSafeInteger(image.revision) &&
  typeof image.created_at === "string" &&
  TIME.test(image.created_at) &&
  (image.name === null || typeof image.name === "string") &&
  (image.owner === null || typeof image.owner === "string") &&
  statuses.includes(image.status) &&
  (!isDeleted(image.status) || (typeof image.deleted_at === "string" && TIME.test(image.deleted_at)));
