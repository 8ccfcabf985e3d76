import { expect, it } from "vitest";
import { partMemory } from "../../../../../shared/images/operations/imports/part-memory.ts";

it("gives memory to so many at a time, to others in the order of asking, and the same again", async () => {
  const memory = partMemory(2);
  const one = await memory.take(10);
  await memory.take(10);
  const order: string[] = [];
  const third = memory.take(10).then((buffer) => {
    order.push("third");
    return buffer;
  });
  const fourth = memory.take(20).then((buffer) => {
    order.push("fourth");
    return buffer;
  });
  await new Promise(setImmediate);
  expect(order).toEqual([]);
  memory.give(one as Uint8Array);
  expect(await third).toBe(one);
  memory.give(one as Uint8Array);
  expect((await fourth)?.length).toBe(20);
  expect(order).toEqual(["third", "fourth"]);
});

it("lets nobody wait once it is closed", async () => {
  const memory = partMemory(1);
  await memory.take(1);
  const waiting = memory.take(1);
  memory.close();
  expect(await waiting).toBeUndefined();
  expect(await memory.take(1)).toBeUndefined();
});
