import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { attendFetch } from "../../../../../shared/images/operations/imports/attend-fetch.ts";
import { attendImport } from "../../../../../shared/images/operations/imports/attend-import.ts";
import type { StoredPart } from "../../../../../shared/images/ports/presigning-store.ts";
import { hashesOf } from "../../../../fakes/images/service.ts";
import { fetchingService } from "./fetching-service.ts";
import { serving, startServer } from "./odd-source.ts";

const data = randomBytes(50_000);

it.each<[string, (parts: readonly StoredPart[]) => readonly StoredPart[]]>([
  ["at its end", (parts) => parts.slice(0, -1)],
  ["in its middle", (parts) => parts.filter(({ number }) => number !== 3)],
  [
    "in its middle, with one behind it of an earlier attempt",
    (parts) => [...parts.filter(({ number }) => number !== 3), { number: 6, size: 10_000, etag: "other" }],
  ],
])("makes no object of what a store lists late, without a part %s", async (_, late) => {
  await using server = await startServer(serving(() => data));
  const service = fetchingService(server.source);
  const taskId = await service.begun(server.url);
  await attendFetch(service.ports)({ taskId }, () => true);
  const fast = service.bytesOf("fast").store;
  const { listParts } = fast;
  fast.listParts = async (...given) => {
    const page = await listParts(...given);
    return { ...page, parts: late(page.parts) };
  };
  await expect(attendImport(service.ports)({ taskId }, () => true)).rejects.toThrow(/has none of the 50000/);
  fast.listParts = listParts;
  expect(await attendImport(service.ports)({ taskId }, () => true)).toBe("imported");
  expect(service.imageOfTask(taskId)).toMatchObject({ status: "active", ...hashesOf(data) });
  expect(await service.leftovers()).toEqual([]);
});
