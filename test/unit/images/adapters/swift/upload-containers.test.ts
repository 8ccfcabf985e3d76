import { expect, test } from "vitest";
import type { SwiftClient } from "../../../../../shared/images/adapters/swift/swift-client.ts";
import {
  isUploadContainer,
  partKey,
  uploadContainer,
  uploadContainers,
} from "../../../../../shared/images/adapters/swift/upload-containers.ts";
import { UploadGone } from "../../../../../shared/images/ports/presigning-store.ts";

const id = "0123456789abcdef0123456789abcdef";

/** A container that lists these names, by marker and limit as Swift does. */
function listing(names: readonly string[]) {
  let calls = 0;
  const client: SwiftClient = async ({ query }) => {
    calls++;
    const page = [...names]
      .sort()
      .filter((name) => name > (query?.marker ?? ""))
      .slice(0, Number(query?.limit));
    const entries = page.map((name) => {
      const bytes = Number(name.split("-")[1]);
      return { name, bytes, hash: "", last_modified: String(bytes).padStart(9, "0") };
    });
    return { status: 200, headers: new Headers(), body: Buffer.from(JSON.stringify(entries)) };
  };
  return { containers: uploadContainers(client), calls: () => calls };
}
const name = (number: number, size = 1) => `${String(number).padStart(5, "0")}-${size}`;

test("pages of parts go on where the one before ended, and the last one has no next", async () => {
  const { containers } = listing(Array.from({ length: 2500 }, (_, index) => name(index + 1)));
  const found: number[] = [];
  for (let after: number | undefined = 0; after !== undefined; ) {
    const page: Awaited<ReturnType<typeof containers.segments>> = await containers.segments("c", after);
    found.push(...page.segments.map(({ number }) => number));
    after = page.next;
  }
  expect(found).toEqual(Array.from({ length: 2500 }, (_, index) => index + 1));
});

test("a part in so many sizes that they fill pages is one part, of the size that came last", async () => {
  const sizes = Array.from({ length: 2100 }, (_, index) => name(1, index + 1));
  const { containers } = listing([...sizes, name(2)]);
  const { segments, next } = await containers.segments("c");
  expect(segments.map(({ number, size }) => [number, size])).toEqual([
    [1, 2100],
    [2, 1],
  ]);
  expect(next).toBeUndefined();
});

test("an upload belongs to one key of one container", () => {
  const container = uploadContainer("images", "a/b", id);
  expect(container.length).toBeLessThanOrEqual(256);
  expect(isUploadContainer(container, "images", "a/b")).toBe(true);
  expect(isUploadContainer(container, "images", "a/c")).toBe(false);
  expect(isUploadContainer(container, "image", "a/b")).toBe(false);
  expect(isUploadContainer(`${container}0`, "images", "a/b")).toBe(false);
});

test.each(["", "../x", `${id}/x`, id.toUpperCase(), "constructor"])("%o is no upload", (wrong) => {
  expect(() => uploadContainer("images", "a/b", wrong)).toThrow(UploadGone);
});

test("each container has a key of its own, which does not tell the secret", () => {
  expect(partKey("secret", "one")).not.toBe(partKey("secret", "two"));
  expect(partKey("secret", "one")).toMatch(/^[0-9a-f]{64}$/);
});
