import { expect, test } from "vitest";
import { deleteBytes } from "../../../../shared/images/operations/bytes/delete-bytes.ts";
import { deleteImage } from "../../../../shared/images/operations/delete-image.ts";
import { recoverImage } from "../../../../shared/images/operations/recover-image.ts";
import { admin, demo } from "../../../fakes/images/service.ts";
import { serviceWithStores } from "../../../fakes/images/several-stores.ts";
import { activeImage, stored } from "./deleted-service.ts";

/** A deleted image that had its bytes in `fast` and in `cheap`; those stores keep them that say so. */
async function deleted(keeping: readonly ("fast" | "cheap")[]) {
  const service = serviceWithStores();
  const { ports, bytesOf } = service;
  const id = await activeImage(service);
  const before = await stored(service, id);
  const [first] = before.locations;
  if (first?.store !== "fast") throw new Error("no data");
  await bytesOf("cheap").store.put(first.key, bytesOf("fast").objects.get(first.key) ?? new Uint8Array());
  await ports.images.commit({
    image: { before, after: { ...before, locations: [first, { ...first, store: "cheap" }] } },
  });
  await deleteImage(ports)(demo, id);
  const removeAll = async () => {
    for (const { deletionId } of service.work.deleting.splice(0)) await deleteBytes(ports)(deletionId);
  };
  await removeAll();
  for (const store of ["fast", "cheap"] as const) {
    expect(bytesOf(store).objects.size, store).toBe(0);
    if (!keeping.includes(store)) bytesOf(store).kept.clear();
  }
  return {
    ...service,
    id,
    removeAll,
    recover: () => recoverImage(ports)(admin, id),
    current: () => stored(service, id),
  };
}

test("a recovered image has all copies that are still kept", async () => {
  const { recover, current, bytesOf } = await deleted(["fast", "cheap"]);
  await recover();
  const { status, locations } = await current();
  expect([status, locations.map(({ store }) => store)]).toEqual(["active", ["fast", "cheap"]]);
  expect([bytesOf("fast").objects.size, bytesOf("cheap").objects.size]).toEqual([1, 1]);
});

test.each([["fast"], ["cheap"]] as const)(
  "one that only %s keeps is enough, and the other is forgotten",
  async (store) => {
    const { recover, current, bytesOf, removeAll } = await deleted([store]);
    await recover();
    const { status, locations } = await current();
    expect([status, locations.map((location) => location.store)]).toEqual(["active", [store]]);
    // The deletion of what is lost takes nothing else along.
    await removeAll();
    expect(bytesOf(store).objects.size).toBe(1);
  },
);

test("without any it is gone", async () => {
  const { recover, current } = await deleted([]);
  await expect(recover()).rejects.toMatchObject({ status: 410 });
  expect((await current()).status).toBe("deleted");
});
