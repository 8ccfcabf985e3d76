import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type S3UnderTest, startS3UnderTest } from "../../../infra/local-aws/test/s3/s3-under-test.ts";
import { copiesOfHttp, PART_BYTES } from "./copies-of-http.ts";

let s3: S3UnderTest;
beforeAll(async () => {
  s3 = await startS3UnderTest();
});
afterAll(() => s3.stop());

it("an image at a web server is refused at first, copied once for all who ask, and fetched from S3 alone", async () => {
  const data = randomBytes(2.5 * PART_BYTES);
  const { image, source, served, attend, bytesRead } = await copiesOfHttp(s3, data);
  for (let asked = 0; asked < 3; asked++)
    await expect(served.urlOf(image)).rejects.toMatchObject({ status: 503 });
  // No time: one part a run.
  expect(await attend({}, () => false)).toBe("continues");
  await expect(served.urlOf(image)).rejects.toThrow("40 percent are there");
  expect(await attend()).toBe("cached");
  expect(bytesRead()).toBe(data.length);

  const asked = source.requests.length;
  const url = await served.urlOf(image);
  expect(new URL(url).pathname).toMatch(new RegExp(`^/images/cache/${image.id}/[0-9a-f-]{36}$`));
  const answer = await fetch(url, { headers: { "X-Auth-Token": "a caller's" } });
  expect(answer.headers.get("content-type")).toBe("application/octet-stream");
  expect(Buffer.compare(Buffer.from(await answer.arrayBuffer()), data)).toBe(0);
  expect(source.requests).toHaveLength(asked);
  expect(source.requests.filter(({ headers }) => "x-auth-token" in headers)).toEqual([]);
  source.stop();
});
