import { randomUUID } from "node:crypto";
import type { DamageKind } from "../../../shared/images/domain/damage.ts";
import type { Image } from "../../../shared/images/domain/image.ts";
import { deleteBytes } from "../../../shared/images/operations/bytes/delete-bytes.ts";
import { attendCopies } from "../../../shared/images/operations/copies/attend-copies.ts";
import type { CopyingPorts } from "../../../shared/images/operations/copies/copy-ports.ts";
import { uploadImage } from "../../../shared/images/operations/transfers/upload-image.ts";
import { storesByName } from "../../../shared/images/ports/stores.ts";
import type { Settings } from "../../../shared/settings.ts";
import { whyClosed } from "../../../shared/upkeep/operations/restore-fence.ts";
import { demo } from "./service.ts";
import { serviceWithStores } from "./several-stores.ts";

/** The domain on memory ports with several stores, and the worker that copies between them in parts of 4 bytes. */
export function copyingService(overrides: Partial<Settings> = {}) {
  const service = serviceWithStores({ copies: "fast:1,cheap:1", ...overrides });
  const ports = {
    ...service.ports,
    copyRecords: service.metadata.copyRecords,
    newId: randomUUID,
    fence: { whyClosed: () => whyClosed(service.ports) },
    partBytes: 4,
  };
  const attend = (id: string, { hasTime = (): boolean => true, others = {} as Partial<CopyingPorts> } = {}) =>
    attendCopies({ ...ports, ...others })({ imageId: id }, hasTime);
  const imageOf = (id: string): Image => {
    const image = service.metadata.images.get(id);
    if (!image) throw new Error(`no image ${id}`);
    return image;
  };
  /** An active image in the default store. */
  const active = async (data: Uint8Array): Promise<Image> => {
    const { id } = await service.queuedImage();
    await uploadImage(service.ports)(demo, id, data);
    return imageOf(id);
  };
  const change = async (id: string, changes: Partial<Image>): Promise<Image> => {
    const before = imageOf(id);
    return (await service.ports.images.commit({ image: { before, after: { ...before, ...changes } } })).image;
  };
  /** Marks what the image has in a store, as the auditors do. */
  const damage = (id: string, store: string, reason: DamageKind = "hash-mismatch") =>
    change(id, {
      locations: imageOf(id).locations.map((place) =>
        place.store === store ? { ...place, damaged: { at: "2026-01-01T00:00:00.000Z", reason } } : place,
      ),
    });
  const deletePending = async () => {
    for (const { deletionId } of service.work.deleting.splice(0)) await deleteBytes(ports)(deletionId);
  };
  const dataIn = (store: string, id: string): string[] =>
    imageOf(id)
      .locations.filter((place) => place.store === store)
      .map(({ key }) => Buffer.from(service.bytesOf(store).objects.get(key) ?? "").toString());
  /** The stores with one of them changed. */
  const withStore = (id: string, changes: object) =>
    storesByName(
      new Map(
        ["fast", "cheap"].map((each) => [
          each,
          each === id ? { ...service.bytesOf(id).store, ...changes } : service.bytesOf(each).store,
        ]),
      ),
    ) as typeof ports.stores;
  /** What is under way, and objects that no record names or the other way round; nothing is both in order and at rest. */
  const leftovers = async (): Promise<string[]> => {
    await deletePending();
    const { deletions, transfers, images } = service.metadata;
    const places = [...images.values()].flatMap(({ status, locations }) =>
      status === "deleted" ? [] : locations,
    );
    const recorded = places.map(({ store, key }) => `${store} ${key}`);
    const stored = ["fast", "cheap"].flatMap((store) =>
      [...service.bytesOf(store).objects.keys()].map((key) => `${store} ${key}`),
    );
    return [
      ...[...deletions.keys()].map((id) => `deletion ${id}`),
      ...[...transfers.values()].flatMap(({ id, state }) => (state === "open" ? [`transfer ${id}`] : [])),
      ...["fast", "cheap"].flatMap((store) =>
        [...service.bytesOf(store).uploads.keys()].map((id) => `upload ${id}`),
      ),
      ...stored.filter((one) => !recorded.includes(one)).map((one) => `object ${one}`),
      ...recorded
        .filter((one) => /^(fast|cheap) /.test(one) && !stored.includes(one))
        .map((one) => `no object ${one}`),
    ];
  };
  return {
    ...service,
    ports,
    attend,
    imageOf,
    active,
    change,
    damage,
    deletePending,
    dataIn,
    withStore,
    leftovers,
  };
}
