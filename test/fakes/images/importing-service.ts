import { randomUUID } from "node:crypto";
import type { Caller } from "../../../shared/caller.ts";
import { uriFilter } from "../../../shared/fetch/uri-filter.ts";
import type { Image } from "../../../shared/images/domain/image.ts";
import { bytesIn } from "../../../shared/images/domain/image.ts";
import { isOver, type Task } from "../../../shared/images/domain/task.ts";
import { deleteBytes } from "../../../shared/images/operations/bytes/delete-bytes.ts";
import {
  type AttendImportPorts,
  attendImport,
} from "../../../shared/images/operations/imports/attend-import.ts";
import { beginImport } from "../../../shared/images/operations/imports/begin-import.ts";
import type { ImportRequest } from "../../../shared/images/operations/imports/import-request.ts";
import { stageImage } from "../../../shared/images/operations/transfers/upload-image.ts";
import type { ImportPlugin } from "../../../shared/images/ports/import-plugin.ts";
import type { Settings } from "../../../shared/settings.ts";
import { whyClosed } from "../../../shared/upkeep/operations/restore-fence.ts";
import { demo } from "./service.ts";
import { serviceWithStores } from "./several-stores.ts";

const STORES = ["fast", "cheap", "old"];

/** The domain on memory ports with several stores, and the worker that imports in parts of 4 bytes. */
export function importingService(overrides: Partial<Settings> = {}) {
  const service = serviceWithStores({
    enabled_import_methods: ["glance-direct", "web-download", "copy-image", "glance-download"],
    ...overrides,
  } as Partial<Settings>);
  const { metadata, work } = service;
  const plugins = new Map<string, ImportPlugin>();
  const filter = uriFilter(service.ports.settings);
  const ports = {
    ...service.ports,
    tasks: metadata.store,
    copyRecords: metadata.copyRecords,
    newId: randomUUID,
    fence: { whyClosed: () => whyClosed(service.ports) },
    judgeUri: (uri: string | undefined) => void filter(uri ?? ""),
    partBytes: 4,
    plugins: plugins as ReadonlyMap<string, ImportPlugin>,
  };

  const imageOf = (id: string): Image => {
    const image = metadata.images.get(id);
    if (!image) throw new Error(`no image ${id}`);
    return image;
  };
  const taskOf = (id: string): Task => {
    const task = metadata.tasks.get(id);
    if (!task) throw new Error(`no task ${id}`);
    return task;
  };
  /** An image with this data staged. */
  const staged = async (data: Uint8Array, attributes: Record<string, unknown> = {}): Promise<Image> => {
    const { id } = await service.queuedImage(attributes);
    return stageImage(ports)(demo, id, data);
  };
  const begin = async (
    imageId: string,
    { caller = demo, ...request }: Partial<ImportRequest> & { readonly caller?: Caller } = {},
  ): Promise<string> => {
    const id = await beginImport(ports)(caller, imageId, {
      ...{ method: { name: "glance-direct" }, all_stores: false, all_stores_must_succeed: true },
      ...{ body: { method: { name: "glance-direct" } }, requestId: "req-1" },
      ...request,
    });
    return id ?? "";
  };
  const attend = (
    taskId: string,
    { hasTime = (): boolean => true, others = {} as Partial<AttendImportPorts> } = {},
  ) => attendImport({ ...ports, ...others })({ taskId }, hasTime);
  const deletePending = async () => {
    for (const { deletionId } of work.deleting.splice(0)) await deleteBytes(ports)(deletionId);
  };
  const textOf = ({ store, key }: { readonly store: string; readonly key: string }): string =>
    Buffer.from(service.bytesOf(store).objects.get(key) ?? "").toString();
  /** What is under way, and bytes that no record names or the other way round; nothing is both in order and at rest. */
  const leftovers = async (): Promise<string[]> => {
    await deletePending();
    const named = [...metadata.images.values()].flatMap((image) =>
      image.status === "deleted" ? [] : bytesIn(image).map(({ store, key }) => `${store} ${key}`),
    );
    const stored = STORES.flatMap((store) =>
      [...service.bytesOf(store).objects.keys()].map((key) => `${store} ${key}`),
    );
    return [
      ...[...metadata.deletions.keys()].map((id) => `deletion ${id}`),
      ...[...metadata.transfers.values()].flatMap(({ id, state }) =>
        state === "open" ? [`transfer ${id}`] : [],
      ),
      ...[...metadata.tasks.values()].flatMap((task) => (isOver(task) ? [] : [`task ${task.id}`])),
      // An upload that was begun and never recorded is the bucket's lifecycle's.
      ...STORES.flatMap((store) =>
        [...service.bytesOf(store).uploads.keys()]
          .filter((id) => [...metadata.transfers.values()].some(({ upload_id }) => upload_id === id))
          .map((id) => `upload ${id}`),
      ),
      ...stored.filter((one) => !named.includes(one)).map((one) => `object ${one}`),
      ...named.filter((one) => !stored.includes(one)).map((one) => `no object ${one}`),
    ];
  };
  return {
    ...{ ...service, ports, plugins, imageOf, taskOf, staged, begin, attend },
    ...{ deletePending, textOf, leftovers },
  };
}
