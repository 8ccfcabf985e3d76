import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { type ImageClient, logIn } from "./image-client.ts";
import type { LocalRuntime } from "./local-runtime.ts";
import { runJob } from "./run-job.ts";

/** A store of type `file` named `files`, beside buckets and with the cache on, as callers and operators see it. */
export function folderImages(running: () => LocalRuntime): void {
  describe("a folder", () => {
    const folder = () => join(running().home, "stores/files");
    const files = () => readdirSync(folder()).filter((name) => name !== ".incoming");
    const until = (check: () => Promise<void> | void) =>
      vi.waitFor(check, { timeout: 30_000, interval: 100 });
    const put = (client: ImageClient, id: string, body: Uint8Array) =>
      client.fetch(`/v2/images/${id}/file`, {
        method: "PUT",
        headers: { "Content-Type": "application/octet-stream", "X-Image-Meta-Store": "files" },
        body: body as Uint8Array<ArrayBuffer>,
      });

    it.each([
      ["the ingress", () => running().url, 9_000_001],
      ["the gateway", () => running().gatewayUrl, 1001],
    ])("has what is uploaded through %s under the image's id, and it is served", async (_, url, size) => {
      const client = await logIn(url(), "admin");
      const id = await client.create({ os_glance_copies: "" });
      const body = randomBytes(size);
      expect((await put(client, id, body)).status).toBe(204);
      // The answer comes when the image is active.
      const image = await client.show(id);
      expect(image).toMatchObject({ status: "active", stores: "files", size });
      expect(image.direct_url).toBe(`file://${folder()}/${id}`);
      expect(readFileSync(join(folder(), id)).equals(body)).toBe(true);
      const through = await logIn(running().url, "admin");
      expect(Buffer.from(await through.download(id)).equals(body)).toBe(true);
      await runJob(running().home, "auditor-deep");
      expect(await runJob(running().home, "auditor-light")).toMatchObject({ failed: 0 });
      expect(await client.show(id)).toMatchObject({ status: "active" });
      expect((await client.fetch(`/v2/images/${id}`, { method: "DELETE" })).status).toBe(204);
      await until(() => expect(files()).not.toContain(id));
    });

    it("takes copies and gives them, and what is taken out of it comes back", async () => {
      const admin = await logIn(running().url, "admin");
      const id = await admin.create({ os_glance_copies: "fast:1" });
      const body = randomBytes(3_000_003);
      await put(admin, id, body);
      await until(async () => expect(await admin.show(id)).toMatchObject({ stores: "fast,files" }));
      expect((await admin.fetch(`/v2/stores/files/${id}`, { method: "DELETE" })).status).toBe(204);
      await until(() => expect(files()).not.toContain(id));
      await admin.fetch(`/v2/images/${id}`, {
        method: "PATCH",
        headers: { "Content-Type": "application/openstack-images-v2.1-json-patch" },
        body: JSON.stringify([{ op: "replace", path: "/os_glance_copies", value: "files:1,fast:1" }]),
      });
      await runJob(running().home, "copies");
      await until(async () => expect(await admin.show(id)).toMatchObject({ stores: "fast,files" }));
      expect(readFileSync(join(folder(), id)).equals(body)).toBe(true);
      await admin.fetch(`/v2/images/${id}`, { method: "DELETE" });
      await until(() => expect(files()).not.toContain(id));
    });

    it("takes imports, which are staged in a bucket", async () => {
      const admin = await logIn(running().url, "admin");
      const id = await admin.create({ os_glance_copies: "" });
      const body = randomBytes(200_001);
      const staged = await admin.fetch(`/v2/images/${id}/stage`, {
        method: "PUT",
        headers: { "Content-Type": "application/octet-stream" },
        body: body as Uint8Array<ArrayBuffer>,
      });
      expect(staged.status).toBe(204);
      const begun = await admin.fetch(`/v2/images/${id}/import`, {
        method: "POST",
        body: JSON.stringify({ method: { name: "glance-direct" }, stores: ["files"] }),
      });
      expect(begun.status).toBe(202);
      await until(async () =>
        expect(await admin.show(id)).toMatchObject({ status: "active", stores: "files" }),
      );
      expect(readFileSync(join(folder(), id)).equals(body)).toBe(true);
      await admin.fetch(`/v2/images/${id}`, { method: "DELETE" });
      await until(() => expect(files()).not.toContain(id));
    });

    it("is told of to admins in Glance's words", async () => {
      const admin = await logIn(running().url, "admin");
      const { stores } = (await (await admin.fetch("/v2/info/stores/detail")).json()) as {
        stores: { id: string }[];
      };
      expect(stores.find(({ id }) => id === "files")).toMatchObject({
        type: "file",
        properties: { data_dir: folder(), chunk_size: 65_536, thin_provisioning: false },
      });
    });
  });
}
