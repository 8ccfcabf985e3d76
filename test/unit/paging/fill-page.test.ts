import { expect, test } from "vitest";
import { BadRequest } from "../../../shared/errors.ts";
import { fillPage, searchBudget } from "../../../shared/paging/fill-page.ts";
import { answerBytes, PAGE_BYTES } from "../../../shared/paging/page-bytes.ts";

const entry = (id: string, text = "") => ({ id, text });
/** An entry of so many bytes in an answer. */
const large = (id: string, bytes: number) => entry(id, "x".repeat(bytes - answerBytes(entry(id))));

async function* each<Entry>(...entries: Entry[]) {
  yield* entries;
}
const fill = async (entries: AsyncIterable<{ id: string }>, limit = 10) => {
  const page = await fillPage(entries, { limit, tooSlow: "too slow" });
  return [page.entries.map(({ id }) => id).join(""), page.more];
};

test("a page holds what may be on it, and says whether there is more", async () => {
  expect(await fill(each())).toEqual(["", false]);
  expect(await fill(each(entry("a"), entry("b")), 2)).toEqual(["ab", false]);
  expect(await fill(each(entry("a"), entry("b"), entry("c")), 2)).toEqual(["ab", true]);
  expect(await fill(each(entry("a"), entry("b"), entry("a")), 2)).toEqual(["ab", false]);
});

test("an entry that is larger than a page is on one, alone: clients stop at an empty page", async () => {
  const huge = large("h", PAGE_BYTES + 1);
  expect(await fill(each(huge))).toEqual(["h", false]);
  expect(await fill(each(huge, entry("a")))).toEqual(["h", true]);
  expect(await fill(each(entry("a"), huge))).toEqual(["a", true]);
});

test("a page is filled to its last byte", async () => {
  const half = PAGE_BYTES / 2;
  expect(await fill(each(large("a", half), large("b", half), entry("c")))).toEqual(["ab", true]);
  expect(await fill(each(large("a", half), large("b", half + 1), entry("c")))).toEqual(["a", true]);
});

test("a search ends when its time is over, not at its last moment", async () => {
  let milliseconds = 0;
  const ask = searchBudget(() => new Date(milliseconds));
  async function* searched(...times: number[]) {
    for (const [index, time] of times.entries()) {
      milliseconds = time;
      ask();
      yield entry(String(index));
    }
  }
  expect(await fill(searched(0, 20_000, 20_001, 20_002))).toEqual(["01", true]);
  await expect(fill(searched(20_001))).rejects.toThrow(new BadRequest("too slow"));
});
