import { expect, it } from "vitest";
import { eachAtOnce } from "../../shared/each-at-once.ts";

const numbers = [1, 2, 3, 4, 5, 6];
const turn = () => new Promise((done) => setImmediate(done));

it("does all, so many at a time, and no more of them", async () => {
  const done: number[] = [];
  let [underWay, most] = [0, 0];
  const isWhole = await eachAtOnce(numbers, 2, async (number) => {
    most = Math.max(most, ++underWay);
    await turn();
    done.push(number);
    underWay--;
  });
  expect({ isWhole, done, most }).toEqual({ isWhole: true, done: numbers, most: 2 });
});

it("begins no more after one that says false", async () => {
  const begun: number[] = [];
  const isWhole = await eachAtOnce(numbers, 2, async (number) => {
    begun.push(number);
    await turn();
    return number !== 2;
  });
  expect(isWhole).toBe(false);
  expect(begun).toEqual([1, 2, 3]);
});

it("fails with the first failure when nothing is under way any more", async () => {
  const done: number[] = [];
  const all = eachAtOnce(numbers, 3, async (number) => {
    if (number === 1) throw new Error("the first");
    for (let n = 0; n < 5; n++) await turn();
    done.push(number);
  });
  await expect(all).rejects.toThrow("the first");
  expect(done).toEqual([2, 3]);
});

it("does nothing with nothing", async () => {
  expect(await eachAtOnce([], 3, () => Promise.reject(new Error("never")))).toBe(true);
});
