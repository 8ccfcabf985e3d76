import { bytesIn, type Image } from "../../../shared/images/domain/image.ts";
import { isOwn, type Location } from "../../../shared/images/domain/location.ts";
import { hashesOf } from "../../fakes/images/service.ts";
import type { World } from "../world/world.ts";

type Rule = (world: World, images: readonly Image[]) => string | undefined;

const hashed = new WeakMap<Uint8Array, ReturnType<typeof hashesOf>>();
function hashesOnce(bytes: Uint8Array): ReturnType<typeof hashesOf> {
  const found = hashed.get(bytes) ?? hashesOf(bytes);
  hashed.set(bytes, found);
  return found;
}

const objectAt = ({ places }: World, { store, key }: Location): Uint8Array | undefined =>
  places.get(store)?.objects.get(key);

const isInUse = ({ status }: Image): boolean => status === "active" || status === "deactivated";

/** What a store has lost or spoiled is for the audits to find: `whole` in settle.ts says whether they have. */
const isDamaged = ({ damaged }: World, { store, key }: Location): boolean => damaged.has(`${store}/${key}`);

function first<Item>(items: Iterable<Item>, wrong: (item: Item) => string | undefined): string | undefined {
  for (const item of items) {
    const text = wrong(item);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Data in use is there, whole, and what was verified is what the record says. */
export const activeWithBytes: Rule = (world, images) =>
  first(images.filter(isInUse), (image) => {
    if (image.locations.length === 0) return `${image.id} is ${image.status} and has no data`;
    return first(image.locations.filter(isOwn), (location) => {
      if (isDamaged(world, location)) return undefined;
      const bytes = objectAt(world, location);
      const where = `${image.id} is ${image.status}, its object ${location.store}/${location.key}`;
      if (!bytes) return `${where} is not there`;
      if (bytes.length !== location.size || bytes.length !== image.size)
        return `${where} has ${bytes.length} bytes of ${image.size}`;
      const { verified_at, mismatch } = image.integrity;
      const isVerified = verified_at !== undefined && mismatch === undefined;
      if (isVerified && hashesOnce(bytes).os_hash_value !== image.os_hash_value)
        return `${where} has other bytes`;
      return undefined;
    });
  });

/** Whatever a record needs is there. A recovery looks for the bytes when it has made the image `pending_delete`. */
export class NothingLost {
  readonly #recovering = new Set<string>();
  readonly #were = new Map<string, Image["status"]>();

  lost(world: World, images: readonly Image[]): string | undefined {
    for (const { id, status } of images) {
      if (this.#were.get(id) === "deleted" && status === "pending_delete") this.#recovering.add(id);
      if (status !== "pending_delete") this.#recovering.delete(id);
      this.#were.set(id, status);
    }
    return first(
      images.filter(({ id, status }) => status !== "deleted" && !this.#recovering.has(id)),
      (image) =>
        first(bytesIn(image), (bytes) =>
          objectAt(world, bytes) || isDamaged(world, bytes)
            ? undefined
            : `${image.id} is ${image.status} and refers to ${bytes.store}/${bytes.key}, which is not there`,
        ),
    );
  }
}

/** An object belongs to one image, and its key says to which. */
export const oneOwner: Rule = (_world, images) => {
  const owners = new Map<string, string>();
  return first(images, (image) =>
    first(bytesIn(image), ({ store, key }) => {
      const name = `${store}/${key}`;
      const other = owners.get(name);
      owners.set(name, image.id);
      if (other !== undefined && other !== image.id) return `${name} belongs to ${other} and ${image.id}`;
      if (other !== undefined) return `${image.id} has ${name} twice`;
      return key.startsWith(`${image.id}/`)
        ? undefined
        : `${image.id} has ${name}, which another's key names`;
    }),
  );
};

/** Of images in use nothing waits to be deleted. */
export const nothingInUseDeleted: Rule = ({ metadata }, images) =>
  first(images.filter(isInUse), (image) =>
    first(metadata.deletions.values(), (deletion) =>
      bytesIn(image).some(({ store, key }) => store === deletion.store && key === deletion.key)
        ? `${image.id} is ${image.status}, and its object ${deletion.store}/${deletion.key} waits to be deleted`
        : undefined,
    ),
  );
