import http from "node:http";
import { describe, expect, test } from "vitest";
import { ask } from "./client.ts";
import { startRig } from "./rig.ts";

const file = "/v2/images/71c675ab-d94f-49cd-a114-e12490b328d9/file";
const limits = { copyPauseMs: 30 };

/** An endpoint whose copy is there at the n-th question. */
async function copying(
  times: number,
  { seconds = "2", ...more }: Partial<typeof limits> & { copyMs?: number; seconds?: string } = {},
) {
  const rig = await startRig({ limits: { ...limits, ...more } });
  const asked: string[] = [];
  rig.service.other = (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (asked.length < times) response.writeHead(503, { "retry-after": seconds }).end("being copied");
    else response.writeHead(302, { location: "https://bucket.example/cache/a/b?X-Amz-Signature=s" }).end();
  };
  return { ...rig, asked };
}

describe("a read of data that is being copied", () => {
  test("waits until the copy is there, and gets its redirect", async () => {
    const { url, asked } = await copying(4);
    const answer = await ask(url, { path: file, headers: { "x-auth-token": "user-token" } });
    expect([answer.status, answer.headers.location]).toEqual([
      302,
      "https://bucket.example/cache/a/b?X-Amz-Signature=s",
    ]);
    expect(asked).toEqual(Array.from({ length: 4 }, () => `GET /prod${file}`));
  });

  test("is told of the copy when it takes longer than clients wait", async () => {
    const { url } = await copying(Number.POSITIVE_INFINITY, { copyMs: 200, seconds: "0.01" });
    const answer = await ask(url, { path: file });
    expect([answer.status, answer.headers["retry-after"], answer.text]).toEqual([
      503,
      "0.01",
      "being copied",
    ]);
  });

  test("is answered at once when the next attempt to copy is later than clients wait", async () => {
    const { url, asked } = await copying(Number.POSITIVE_INFINITY, { seconds: "3600" });
    const answer = await ask(url, { path: file });
    expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "3600"]);
    expect(asked).toHaveLength(1);
  });

  test("asks no more when its client has gone", async () => {
    const { url, asked } = await copying(Number.POSITIVE_INFINITY);
    const request = http.get(`${url}${file}`).on("error", () => undefined);
    await expect.poll(() => asked.length).toBeGreaterThan(1);
    request.destroy();
    await expect
      .poll(
        async () => {
          const before = asked.length;
          await new Promise((wake) => setTimeout(wake, 150));
          return asked.length - before;
        },
        { timeout: 5000 },
      )
      .toBe(0);
  });

  test("is the only request that waits: of others a 503 is the answer, and one without Retry-After too", async () => {
    const { url, asked, service } = await copying(Number.POSITIVE_INFINITY);
    expect((await ask(url, { path: "/v2/images" })).status).toBe(503);
    expect(asked).toHaveLength(1);
    service.other = (_, response) => response.writeHead(503).end();
    expect((await ask(url, { path: file })).status).toBe(503);
  });
});
