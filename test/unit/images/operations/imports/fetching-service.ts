import { randomUUID } from "node:crypto";
import { IMPORTING_PROPERTY, LOCK_PROPERTY } from "../../../../../shared/images/domain/import-lock.ts";
import type { ImportWork } from "../../../../../shared/images/domain/import-work.ts";
import type { Task } from "../../../../../shared/images/domain/task.ts";
import { attendFetch } from "../../../../../shared/images/operations/imports/attend-fetch.ts";
import { attendImport } from "../../../../../shared/images/operations/imports/attend-import.ts";
import type { ImportSource } from "../../../../../shared/images/ports/import-source.ts";
import type { Settings } from "../../../../../shared/settings.ts";
import { whyClosed } from "../../../../../shared/upkeep/operations/restore-fence.ts";
import { copyingService } from "../../../../fakes/images/copying-service.ts";
import { memoryFetchTurns } from "../../../../fakes/images/memory-fetch-turns.ts";

/** The domain on memory ports, with the workers that import, and fetch from a source in parts of `partBytes`. */
export function fetchingService(
  source: ImportSource,
  { partBytes = 10_000, pieceBytes = 50_000, settings = {} as Partial<Settings> } = {},
) {
  const service = copyingService({ copies: "", ...settings });
  const { work, metadata } = service;
  const images = service.ports.images;
  const ports = {
    ...service.ports,
    ...{ copyRecords: metadata.copyRecords, tasks: metadata.store, newId: randomUUID, plugins: new Map() },
    turns: memoryFetchTurns(),
    ...{ partBytes, pieceBytes, source, pause: async () => {} },
    fence: { whyClosed: () => whyClosed(service.ports) },
  };
  const taskOf = (id: string): Task => {
    const task = metadata.tasks.get(id);
    if (!task) throw new Error(`no task ${id}`);
    return task;
  };

  /** An image whose import has begun, as a request begins it; returns its task's id. */
  const begun = async (uri: string, changes: Partial<ImportWork> = {}): Promise<string> => {
    const { id } = await service.queuedImage();
    const before = service.imageOf(id);
    const taskId = randomUUID();
    const now = service.ports.clock().toISOString();
    const stores = changes.stores ?? ["fast"];
    const properties = { [LOCK_PROPERTY]: taskId, [IMPORTING_PROPERTY]: stores.join(",") };
    const input = { image_id: id, import_req: {}, backend: stores };
    const task: Task = {
      ...{ id: taskId, revision: 0, type: "api_image_import", status: "processing", owner: before.owner },
      ...{ user_id: "demo", request_id: null, image_id: id, input, result: null, message: "" },
      ...{ created_at: now, updated_at: now, expires_at: null },
      import: {
        ...{ method: { name: "web-download", uri }, stores, all_stores_must_succeed: true, step: "fetch" },
        ...{ placed: [], failed: [], plugins_done: [], roles: [], attempts: 0 },
        ...changes,
      },
    };
    await images.commit({
      image: { before, after: { ...before, status: "importing", properties } },
      writes: [{ kind: "task", before: undefined, after: task }],
    });
    return taskId;
  };
  /** Lets the workers do what waits in their queues, until nothing does. */
  const run = async (
    taskId: string,
    { hasTime = (): boolean => true, others = {} as Partial<typeof ports> } = {},
  ) => {
    const results: string[] = [];
    const all = { ...ports, ...others };
    work.importing.push({ taskId });
    for (let turn = 0; turn < 200 && work.importing.length + work.fetching.length > 0; turn++) {
      for (const message of work.importing.splice(0))
        results.push(await attendImport(all)(message, () => true));
      for (const message of work.fetching.splice(0)) results.push(await attendFetch(all)(message, hasTime));
    }
    return results;
  };
  const imageOfTask = (taskId: string) => service.imageOf(taskOf(taskId).image_id);
  return { ...service, ports, begun, run, taskOf, imageOfTask };
}
