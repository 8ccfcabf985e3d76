import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Image } from "../../../shared/images/domain/image.ts";
import { ended, type ImportTask, type Task } from "../../../shared/images/domain/task.ts";
import { type ImageStore, RevisionConflict } from "../../../shared/images/ports/image-store.ts";
import type { TaskLists, TaskStore } from "../../../shared/images/ports/task-store.ts";
import { created } from "./some-images.ts";

export const aTask = (image: Image, created_at = image.created_at): ImportTask => ({
  ...{ id: randomUUID(), revision: 0, type: "api_image_import", status: "processing" },
  ...{ owner: image.owner, user_id: "u", request_id: "req-1", image_id: image.id },
  input: { image_id: image.id, import_req: { method: { name: "glance-direct", "": [{}] } }, backend: ["s3"] },
  ...{ result: null, message: "", created_at, updated_at: created_at, expires_at: null },
  import: {
    ...{ method: { name: "glance-direct" }, stores: ["s3"], all_stores_must_succeed: true, step: "plugins" },
    ...{ placed: [], failed: [], plugins_done: [], roles: ["member"], attempts: 0 },
  },
});

type Stores = ImageStore & TaskStore & TaskLists;

async function begun(store: Stores, createdAt?: string) {
  const image = await created(store);
  const task = aTask(image, createdAt);
  const write = { kind: "task", before: undefined, after: task } as const;
  const { image: written } = await store.commit({ image: { before: image, after: image }, writes: [write] });
  return { image: written, task: { ...task, revision: 1 } };
}

const over = (task: Task): Task =>
  ended(task, { status: "failure", message: "no", now: new Date("2026-02-01"), hoursToLive: 48 });

const listed = async (tasks: AsyncIterable<Task>): Promise<string[]> => {
  const ids: string[] = [];
  for await (const { id } of tasks) ids.push(id);
  return ids;
};

/** What every task store must do beside the image store of the same state; `make` gives an empty one. */
export function taskStoreContract(name: string, make: () => Promise<Stores>) {
  describe(`task store: ${name}`, () => {
    it("writes image and task together or neither", async () => {
      const store = await make();
      const { image, task } = await begun(store);
      expect(await store.findWithTask(task.id)).toEqual({ image, task });
      expect(await store.findTask(randomUUID())).toBeUndefined();
      expect(await store.findWithTask(randomUUID())).toEqual({});
      const stale = store.commit({
        image: { before: image, after: { ...image, name: "other" } },
        writes: [{ kind: "task", before: { ...task, revision: 0 }, after: { ...task, message: "no" } }],
      });
      await expect(stale).rejects.toBeInstanceOf(RevisionConflict);
      expect(await store.findWithTask(task.id)).toEqual({ image, task });
    });

    it("ends one task and begins another in one write", async () => {
      const store = await make();
      const { image, task } = await begun(store);
      const next = aTask(image, "2026-01-02T00:00:00.000Z");
      await store.commit({
        image: { before: image, after: image },
        writes: [
          { kind: "task", before: task, after: over(task) },
          { kind: "task", before: undefined, after: next },
        ],
      });
      expect(await store.findTask(task.id)).toEqual({ ...over(task), revision: 2 });
      expect((await store.openTasks(10)).tasks).toEqual([next.id]);
      const newest = async (most: number) => (await store.tasksOf(image.id, most)).map(({ id }) => id);
      expect(await newest(10)).toEqual([next.id, task.id]);
      expect(await newest(1)).toEqual([next.id]);
      expect(await store.tasksOf(randomUUID(), 10)).toEqual([]);
    });

    it("lets one run at a time hold a task until it says so no more, and no longer than it lasts", async () => {
      const store = await make();
      const { image, task } = await begun(store);
      const hold = (by: string, now: string, until: string, message?: string) =>
        store.holdTask(task.id, { by, now, until, ...(message !== undefined && { message }) });
      expect(await hold("one", "2026-01-01", "2026-01-03")).toBe(true);
      expect(await hold("two", "2026-01-02", "2026-01-04")).toBe(false);
      expect(await hold("one", "2026-01-02", "2026-01-04", "Copied 1 MiB")).toBe(true);
      expect(await store.findTask(task.id)).toMatchObject({
        ...{ updated_at: "2026-01-02", message: "Copied 1 MiB", revision: 1 },
        import: { hold: { by: "one", until: "2026-01-04" } },
      });
      expect(await hold("two", "2026-01-04", "2026-01-06")).toBe(true);
      expect((await store.findTask(task.id))?.message).toBe("Copied 1 MiB");
      const found = await store.findTask(task.id);
      await store.commit({
        image: { before: image, after: image },
        writes: [{ kind: "task", before: found, after: over(task) }],
      });
      expect(await hold("two", "2026-01-07", "2026-01-08")).toBe(false);
      expect(await store.holdTask(randomUUID(), { by: "x", now: "2026", until: "2027" })).toBe(false);
    });

    it("keeps how far its bytes are read", async () => {
      const store = await make();
      const { task } = await begun(store);
      const save = (offset: number, etag = "e") =>
        store.saveTaskHashing(task.id, { offset, md5: "a", sha512: "b", etag });
      const kept = async () => (await store.findTask(task.id))?.import?.hashing;
      expect(await save(5)).toBe(true);
      for (const offset of [4, 5]) expect(await save(offset)).toBe(false);
      expect(await kept()).toMatchObject({ offset: 5, etag: "e" });
      const both = (await Promise.all([save(9), save(9)])).filter((isKept) => isKept);
      expect(both).toHaveLength(1);
      // Other bytes are read from their beginning.
      expect(await save(2, "f")).toBe(true);
      expect(await kept()).toMatchObject({ offset: 2, etag: "f" });
    });

    it("keeps how far its conversion is, of whoever has it in hand and of nobody else", async () => {
      const store = await make();
      const { image, task } = await begun(store);
      const conversion = { transfer_id: "t", asked_at: "2026-01-01", runs: 1 };
      expect(await store.saveTaskConversion(task.id, "one", conversion)).toBe(false);
      await store.holdTask(task.id, { by: "one", now: "2026-01-01", until: "2026-01-03" });
      expect(await store.saveTaskConversion(task.id, "two", conversion)).toBe(false);
      expect(await store.saveTaskConversion(task.id, "one", conversion)).toBe(true);
      const done = { size: 5, disk_format: "raw", virtual_size: null, mark: "m" };
      expect(await store.saveTaskConversion(task.id, "one", { ...conversion, done })).toBe(true);
      const found = await store.findTask(task.id);
      expect(found).toMatchObject({ revision: 1, import: { conversion: { ...conversion, done } } });
      await store.commit({
        image: { before: image, after: image },
        writes: [{ kind: "task", before: found, after: over(task) }],
      });
      expect(await store.saveTaskConversion(task.id, "one", conversion)).toBe(false);
      expect(await store.saveTaskConversion(randomUUID(), "one", conversion)).toBe(false);
    });

    it("lists tasks by time, from any of them on, and those that are not over by pages", async () => {
      const store = await make();
      const day = (number: number) => `2026-01-0${number}T00:00:00.000Z`;
      const tasks = [];
      for (const number of [2, 1, 3]) tasks.push((await begun(store, day(number))).task);
      const [second, first, third] = tasks.map(({ id }) => id);
      const list = (listing: Partial<Parameters<Stores["listTasks"]>[0]>) =>
        listed(store.listTasks({ direction: "desc", expected: 2, ...listing }));
      expect(await list({})).toEqual([third, second, first]);
      expect(await list({ direction: "asc" })).toEqual([first, second, third]);
      const after = { id: second ?? "", created_at: day(2) };
      expect(await list({ after })).toEqual([first]);
      expect(await list({ after, direction: "asc" })).toEqual([third]);

      const page = await store.openTasks(2);
      expect(page.tasks).toHaveLength(2);
      const rest = await store.openTasks(2, page.next);
      expect([...page.tasks, ...rest.tasks].sort()).toEqual(tasks.map(({ id }) => id).sort());
      expect(rest.next).toBeUndefined();
    });
  });
}
