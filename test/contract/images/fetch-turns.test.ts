import { describe, expect, it } from "vitest";
import { temporaryDynamodb } from "../../../infra/local-aws/test/dynamodb/temporary-dynamodb.ts";
import { dynamodbFetchTurns } from "../../../shared/images/adapters/dynamodb/fetch-turns.ts";
import type { FetchTurns } from "../../../shared/images/domain/fetch-turns.ts";
import type { FetchTurnStore } from "../../../shared/images/ports/fetch-turns.ts";
import { sdkOn } from "../../fakes/documents-on-emulator.ts";
import { memoryFetchTurns } from "../../fakes/images/memory-fetch-turns.ts";

const onEmulator = (rate: number) => async () => {
  const service = await temporaryDynamodb({ faults: { seed: 5, rate } });
  return dynamodbFetchTurns((await sdkOn(service, 6)).documents, "images");
};

const turn = (id: string) => ({ id, project: "a", host: "h", until: 1 });
const withTurn = (before: FetchTurns, id: string): FetchTurns => ({
  ...before,
  taken: [...before.taken.filter((one) => one.id !== id), turn(id)],
});

describe.each<[string, () => Promise<FetchTurnStore>]>([
  ["memory", async () => memoryFetchTurns()],
  ["DynamoDB emulator", onEmulator(0)],
  ["DynamoDB emulator on a bad day", onEmulator(0.2)],
])("FetchTurnStore (%s)", (_, make) => {
  it("begins empty, and keeps what was decided", async () => {
    const store = await make();
    expect(await store.change((before) => ({ result: before }))).toEqual({ taken: [], waiting: [] });
    const waiting = [{ project: "b", host: "h", since: 1, until: 2 }];
    const change = (before: FetchTurns) => ({
      after: { ...withTurn(before, "1"), waiting },
      result: "taken",
    });
    expect(await store.change(change)).toBe("taken");
    expect(await store.change((before) => ({ result: before }))).toEqual({ taken: [turn("1")], waiting });
  });

  it("loses no change of many at once", async () => {
    const store = await make();
    const ids = Array.from({ length: 12 }, (_, index) => `run-${index}`);
    await Promise.all(
      ids.map((id) => store.change((before) => ({ after: withTurn(before, id), result: undefined }))),
    );
    const { taken } = await store.change((before) => ({ result: before }));
    expect(taken.map(({ id }) => id).sort()).toEqual(ids.toSorted());
  });
});
