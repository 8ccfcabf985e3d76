import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { swiftBlobStore } from "../../../shared/images/adapters/swift/blob-store.ts";
import { swiftClient } from "../../../shared/images/adapters/swift/swift-client.ts";
import { swiftBlobInventory } from "../../../shared/upkeep/adapters/swift/blob-inventory.ts";
import { tempauthLogin } from "../images/swift-under-test.ts";
import { blobInventoryContract, uploadInventoryContract } from "./reaper-ports.ts";

/** The inventories on Swift's own API (test/reference/stack/swift-up.sh, which prints this variable). */
const url = process.env.TEST_SWIFT_URL;
if (url === undefined) {
  throw new Error("TEST_SWIFT_URL is not set: start Swift with test/reference/stack/swift-up.sh and name it");
}
const container = `inventory-${Date.now()}`;
const clock = () => new Date();

/** A store whose container is made by `maker`, as `reader` looks through it. */
async function opened(reader = "this", maker = "this", name = container) {
  const login = await tempauthLogin(url ?? "");
  const shared = {
    login,
    container: name,
    create: true,
    clock,
    allowedOrigins: [],
    tempUrlKey: async () => "key-of-urls",
  };
  const blobs = swiftBlobStore({ ...shared, madeBy: maker });
  const client = swiftClient(login);
  const inventory = swiftBlobInventory(client, { container: name, madeBy: reader, pageSize: 2 });
  return { blobs, inventory, client };
}

blobInventoryContract("Swift", opened);
// By the hash of their keys.
uploadInventoryContract("Swift", opened, { inOrder: false });

it("lists nothing of a container or an upload that another service has made", async () => {
  const { blobs, inventory } = await opened("this", "another", `${container}-of-another`);
  const key = `${randomUUID()}/${randomUUID()}`;
  await blobs.put(key, Buffer.from("x"));
  const upload = await blobs.createUpload(key);
  expect(await inventory.listBlobs()).toEqual({ blobs: [] });
  expect(await inventory.findBlob(key)).toBeUndefined();
  expect((await inventory.listUploads()).uploads).toEqual([]);
  expect(await inventory.findUpload(key, upload)).toBeUndefined();
  await blobs.abortUpload(key, upload);
  await blobs.delete(key);
});

it("lists no completed upload, and an aborted one of which something is left", async () => {
  const { blobs, inventory, client } = await opened();
  const key = `${randomUUID()}/${randomUUID()}`;
  const [done, left] = [await blobs.createUpload(key), await blobs.createUpload(key)];
  const etag = await blobs.sendPart(key, done, 1, Buffer.from("x"));
  await blobs.completeUpload(key, done, [{ number: 1, etag }]);
  const { uploads } = await inventory.listUploads();
  expect(uploads.map(({ uploadId }) => uploadId)).toEqual([left]);
  // As if whoever aborts it was killed in between.
  const names = JSON.parse(
    Buffer.from(
      (
        await client({
          what: "",
          method: "GET",
          path: [],
          query: { format: "json", prefix: `${container}.` },
        })
      ).body,
    ).toString(),
  ).map(({ name }: { name: string }) => name);
  const name = names.find((each: string) => each.endsWith(left));
  const headers = { "X-Container-Meta-Upload-State": "aborted" };
  await client({ what: "", method: "POST", path: [name], headers });
  expect(await inventory.findUpload(key, left)).toMatchObject({ key, uploadId: left });
  await blobs.abortUpload(key, left);
  await blobs.delete(key);
  expect(await inventory.listUploads()).toEqual({ uploads: [] });
});
