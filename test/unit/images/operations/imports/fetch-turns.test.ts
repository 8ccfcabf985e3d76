import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { renewTurn } from "../../../../../shared/images/domain/fetch-turns.ts";
import { isImportTask } from "../../../../../shared/images/domain/task.ts";
import { attendFetch } from "../../../../../shared/images/operations/imports/attend-fetch.ts";
import { attendImport } from "../../../../../shared/images/operations/imports/attend-import.ts";
import { fetchTurn } from "../../../../../shared/images/operations/imports/fetch-turn.ts";
import { fetchingService } from "./fetching-service.ts";
import { serving, startServer } from "./odd-source.ts";

const data = randomBytes(20_000);

async function rig(settings: Parameters<typeof fetchingService>[1] = {}) {
  const server = await startServer(serving(() => data));
  const service = fetchingService(server.source, settings);
  const begun = () => service.begun(server.url);
  const downloads = () => {
    const names = { glance_image_id: "theirs", glance_region: "x".repeat(9000) };
    return service.begun("", { method: { name: "glance-download", ...names } });
  };
  return { ...server, ...service, begun, downloads };
}

it("an import without a turn comes again, says what it waits for, and is alive", async () => {
  await using it = await rig({ settings: { import_runs_per_project: 1 } });
  const [first, second] = [await it.begun(), await it.begun()];
  const before = it.taskOf(second);
  const { promise, resolve } = Promise.withResolvers<void>();
  const others = {
    ...it.ports,
    source: {
      ...it.source,
      probe: async (url: string) => {
        await promise;
        return it.source.probe(url);
      },
    },
  };
  const running = attendFetch(others)({ taskId: first }, () => true);
  await expect.poll(() => it.ports.turns.now().taken).toHaveLength(1);
  const delays: number[] = [];
  const queue = {
    ...it.ports.queue,
    fetch: async (message: Parameters<typeof it.ports.queue.fetch>[0], delay: number) => {
      delays.push(delay);
      await it.ports.queue.fetch(message, delay);
    },
  };
  const attend = attendFetch({ ...it.ports, queue });
  expect(await attend({ taskId: second, emptyRuns: 1 }, () => true)).toBe("waits for its turn");
  expect(it.work.fetching.splice(0)).toEqual([{ taskId: second, emptyRuns: 1, waits: 1 }]);
  expect(await attend({ taskId: second, waits: 9 }, () => true)).toBe("waits for its turn");
  // Seldom enough to cost little, and often enough that the job `imports` sees that it is alive.
  expect(delays[0]).toBeLessThanOrEqual(2);
  expect(delays[1]).toBeGreaterThanOrEqual(120);
  expect(delays[1]).toBeLessThanOrEqual(240);
  const task = it.taskOf(second);
  expect(task.message).toBe("Waits for its turn to be fetched: 1 imports of its project are being fetched");
  expect(task.updated_at > before.updated_at).toBe(true);
  it.work.fetching.splice(0);
  resolve();
  expect(await running).toBe("fetched");
  expect(it.ports.turns.now().taken).toEqual([]);
  expect(await attend({ taskId: second, waits: 2 }, () => true)).toBe("fetched");
});

it("a login that waits for its turn is not lost, however long that takes", async () => {
  await using it = await rig({ settings: { import_runs_per_project: 1 } });
  const taskId = await it.downloads();
  const owner = it.taskOf(taskId).owner ?? "";
  let later = 0;
  const clock = () => new Date(it.ports.clock().getTime() + later);
  const ports = { ...it.ports, clock };
  const message = { taskId, token: "secret" };
  for (; later <= 60 * 60_000; later += 4 * 60_000) {
    const other = { id: "other", project: owner, host: "h" };
    await ports.turns.change((turns) => ({
      after: renewTurn(turns, other, clock().getTime()),
      result: undefined,
    }));
    expect(await attendFetch(ports)(message, () => true)).toBe("waits for its turn");
    await attendImport(ports)({ taskId }, () => true);
    expect(it.taskOf(taskId)).toMatchObject({ status: "processing" });
  }
  // Nobody has it any more.
  later += 31 * 60_000;
  await attendImport(ports)({ taskId }, () => true);
  expect(it.taskOf(taskId).message).toMatch(/login of this import is not there any more/);
});

it("the record of all turns has no more of a host than a name of the DNS may have", async () => {
  await using it = await rig();
  const task = it.taskOf(await it.downloads());
  if (!isImportTask(task)) throw new Error("no import");
  const turn = await fetchTurn(it.ports, task, 0);
  expect(it.ports.turns.now().taken.map(({ host }) => host.length)).toEqual([253]);
  if ("giveBack" in turn) await turn.giveBack();
});

it("a run that fails gives its turn back", async () => {
  await using it = await rig();
  const task = await it.begun();
  const broken = { ...it.ports.tasks, holdTask: () => Promise.reject(new Error("the table is away")) };
  await expect(attendFetch({ ...it.ports, tasks: broken })({ taskId: task }, () => true)).rejects.toThrow(
    "away",
  );
  expect(it.ports.turns.now().taken).toEqual([]);
});

it("all runs together fetch no more a second than the settings say", async () => {
  await using it = await rig({ settings: { import_bytes_per_second_in_all: 20_000 } });
  const [one, other] = [await it.begun(), await it.begun()];
  const began = performance.now();
  const attend = attendFetch(it.ports);
  await Promise.all([one, other].map((taskId) => attend({ taskId }, () => true)));
  // 40,000 bytes; the first run has all of it until it sees the second.
  expect(performance.now() - began).toBeGreaterThan(900);
  expect([one, other].map((id) => it.taskOf(id).import?.fetch?.fetched?.size)).toEqual([20_000, 20_000]);
});
