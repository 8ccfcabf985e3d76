import { afterAll, beforeAll, expect, it } from "vitest";
import { published } from "../../../client/mirror/fetch-published.ts";
import { createConnections } from "../../../client/transfer/connections.ts";
import { type Publisher, startPublisher } from "./publisher.ts";

let publisher: Publisher;
const connections = createConnections();
beforeAll(async () => {
  publisher = await startPublisher();
});
afterAll(async () => {
  connections.close();
  await publisher.close();
});
const reader = () => published(connections, AbortSignal.timeout(20_000));

it("follows redirects, and reads when a file was changed", async () => {
  publisher.put("/SUMS", "text", "Wed, 01 May 2024 10:00:00 GMT");
  expect(await reader().text(`${publisher.url}/to/to/SUMS`)).toBe("text");
  expect(await reader().lastModified(`${publisher.url}/SUMS`)).toEqual(new Date("2024-05-01T10:00:00Z"));
});

it.each([
  ["a file that is not there", "/none", "answers HTTP status 404 for /none"],
  ["a circle", `/${"to/".repeat(7)}SUMS`, "redirects more than 5 times"],
])("says what is wrong: %s", async (_, path, said) => {
  await expect(reader().text(`${publisher.url}${path}`)).rejects.toThrow(said);
});

it("fetches nothing but http and https", async () => {
  await expect(reader().text("file:///etc/passwd")).rejects.toThrow("give an https address");
  await expect(reader().text("nonsense")).rejects.toThrow("is no URL");
});

it("reads no file without end", async () => {
  publisher.put("/large", Buffer.alloc(32 * 1024 ** 2 + 1));
  await expect(reader().text(`${publisher.url}/large`)).rejects.toThrow(/larger|too long|more than/);
});
