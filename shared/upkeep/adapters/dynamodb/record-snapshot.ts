import type { Key } from "../../../aws/table-key.ts";
import { imageOf, transferOf } from "../../../images/adapters/dynamodb/image-item.ts";
import { imageKey, taskKey, transferKey } from "../../../images/adapters/dynamodb/keys.ts";
import { taskOf } from "../../../images/adapters/dynamodb/task-item.ts";
import type { Image } from "../../../images/domain/image.ts";
import { isDeleted, statuses } from "../../../images/domain/status.ts";
import type { Task } from "../../../images/domain/task.ts";
import type { Transfer } from "../../../images/domain/transfer.ts";
import { namespaceKey } from "../../../metadefs/adapters/dynamodb/keys.ts";
import { type Stored, storedOf } from "../../../metadefs/adapters/dynamodb/namespace-record.ts";
import { collections } from "../../../metadefs/domain/definitions.ts";
import type { DefinitionSums } from "./definition-sums.ts";

export type Item = Readonly<Record<string, unknown>>;

export const textOf = ({ pk, sk }: Key): string => `${pk}\n${sk}`;

/** Items by their keys; a key without one was read and found absent. */
export class Snapshot {
  readonly #items = new Map<string, Item>();
  readonly #definitions = new Map<string, DefinitionSums>();

  add(items: readonly Item[]): this {
    for (const item of items) this.#items.set(textOf(item as unknown as Key), item);
    return this;
  }

  item(key: Key): Item | undefined {
    return this.#items.get(textOf(key));
  }

  addDefinitions(namespaceId: string, sums: DefinitionSums): void {
    this.#definitions.set(namespaceId, sums);
  }

  /** Undefined: they were not read. */
  definitions(namespaceId: string): DefinitionSums | undefined {
    return this.#definitions.get(namespaceId);
  }

  image(id: string): Image | undefined {
    const item = this.item(imageKey(id));
    return item && imageOf(item);
  }

  namespace(id: string): Stored | undefined {
    const item = this.item(namespaceKey(id));
    return item && storedOf(item);
  }

  task(id: string): Task | undefined {
    const item = this.item(taskKey(id));
    return item && taskOf(item);
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

/** The same of a namespace: without these, what hangs on it can neither be judged nor mended. */
export const isSoundNamespace = ({ namespace, generation, contained }: Stored, id: string): boolean =>
  namespace.id === id &&
  Number.isSafeInteger(namespace.revision) &&
  typeof namespace.namespace === "string" &&
  typeof namespace.created_at === "string" &&
  TIME.test(namespace.created_at) &&
  typeof namespace.owner === "string" &&
  (namespace.visibility === "public" || namespace.visibility === "private") &&
  Array.isArray(namespace.resource_types) &&
  namespace.resource_types.every(
    (type) => typeof type?.name === "string" && typeof type.created_at === "string",
  ) &&
  typeof generation === "string" &&
  collections.every((collection) => {
    const { set, count, bytes, revisions } = contained?.[collection] ?? {};
    return typeof set === "string" && [count, bytes, revisions].every(Number.isSafeInteger);
  });
