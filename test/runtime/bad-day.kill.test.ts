import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { logIn } from "./image-client.ts";
import { type LocalRuntime, startRuntime } from "./local-runtime.ts";

let runtime: LocalRuntime;
beforeAll(async () => {
  runtime = await startRuntime({ environment: { GLANCE_FAULTS: "11:0.1" } });
});
afterAll(async () => {
  await runtime?.stop();
  runtime?.remove();
});

describe("on AWS's bad days", () => {
  it("200 creates in one project at once all succeed, and all are listed", async () => {
    const demo = await logIn(runtime.url, "demo");
    const ids = await Promise.all(Array.from({ length: 200 }, () => demo.create()));
    const seen = new Set<string>();
    for (let path: string | undefined = "/v2/images?limit=60"; path !== undefined; ) {
      const page = (await (await demo.fetch(path)).json()) as { images: { id: string }[]; next?: string };
      for (const { id } of page.images) seen.add(id);
      path = page.next;
    }
    expect(ids.filter((id) => !seen.has(id))).toEqual([]);
  }, 120_000);

  it("uploads end right or with an error that leaves the image ready for another try", async () => {
    const demo = await logIn(runtime.url, "demo");
    const data = randomBytes(20_000_000);
    for (let n = 0; n < 5; n++) {
      const id = await demo.create();
      const { status } = await demo.upload(id, data);
      const image = await demo.show(id);
      expect([status, image.status]).toEqual(status === 204 ? [204, "active"] : [status, "queued"]);
      expect(status).not.toBe(503);
      if (status === 204) expect(Buffer.from(await demo.download(id)).equals(data)).toBe(true);
    }
  }, 120_000);
});
