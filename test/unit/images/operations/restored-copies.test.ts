import { expect, test } from "vitest";
import type { Location } from "../../../../shared/images/domain/location.ts";
import { deleteBytes } from "../../../../shared/images/operations/bytes/delete-bytes.ts";
import { deleteImage } from "../../../../shared/images/operations/delete-image.ts";
import { recoverImage } from "../../../../shared/images/operations/recover-image.ts";
import { type RestorePorts, restoreImage } from "../../../../shared/images/operations/restore-image.ts";
import { BlobStoreFailed } from "../../../../shared/images/ports/blob-store.ts";
import { admin, demo } from "../../../fakes/images/service.ts";
import { serviceWithStores } from "../../../fakes/images/several-stores.ts";
import { activeImage, stored } from "./deleted-service.ts";

/** A store that is not there answers nothing, and one that is not configured is an error by itself. */
function withFailing<Ports extends Pick<RestorePorts, "deletedBlobs">>(ports: Ports, failing: string): Ports {
  const fails = { bringBack: () => Promise.reject(new BlobStoreFailed("down")) };
  const of: RestorePorts["deletedBlobs"]["of"] = (bytes) =>
    bytes.store === failing ? fails : ports.deletedBlobs.of(bytes);
  return { ...ports, deletedBlobs: { of } };
}

const damaged = { at: "2026-11-30T00:00:00.000Z", reason: "hash-mismatch" } as const;
const damagedIn =
  (store: string) =>
  (places: readonly Location[]): readonly Location[] =>
    places.map((place) => (place.store === store ? { ...place, damaged } : place));
const elsewhere: Location = { store: "web", key: "https://images.example/a", size: 1, registered: true };

/**
 * A deleted image that had its bytes in `fast` and in `cheap`; those stores keep them that say so. Of the deletions one
 * may wait for its store.
 */
async function deleted(
  keeping: readonly ("fast" | "cheap")[],
  change: (places: readonly Location[]) => readonly Location[] = (places) => places,
  stuckIn?: string,
) {
  const service = serviceWithStores();
  const { ports, bytesOf } = service;
  const id = await activeImage(service);
  const before = await stored(service, id);
  const [first] = before.locations;
  if (first?.store !== "fast") throw new Error("no data");
  await bytesOf("cheap").store.put(first.key, bytesOf("fast").objects.get(first.key) ?? new Uint8Array());
  const locations = change([first, { ...first, store: "cheap" }]);
  await ports.images.commit({ image: { before, after: { ...before, locations } } });
  await deleteImage(ports)(demo, id);
  const removeAll = async () => {
    for (const { deletionId } of service.work.deleting.splice(0)) await deleteBytes(ports)(deletionId);
  };
  const isStuck = ({ deletionId }: { readonly deletionId: string }) => deletionId.endsWith(`#${stuckIn}`);
  const stuck = service.work.deleting.filter(isStuck);
  service.work.deleting.splice(0, Infinity, ...service.work.deleting.filter((each) => !isStuck(each)));
  await removeAll();
  for (const store of ["fast", "cheap"] as const) {
    if (store === stuckIn) continue;
    expect(bytesOf(store).objects.size, store).toBe(0);
    if (!keeping.includes(store)) bytesOf(store).kept.clear();
  }
  return {
    ...service,
    id,
    removeAll,
    /** The store is back. */
    removeStuck: async () => {
      for (const { deletionId } of stuck) await deleteBytes(ports)(deletionId);
    },
    key: first.key,
    /** With a store that fails, where one is named. */
    recover: (failing?: string) => recoverImage(failing ? withFailing(ports, failing) : ports)(admin, id),
    restore: () => restoreImage(ports)(admin, id),
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

test("with damaged bytes only it is brought back in quarantine, not into use", async () => {
  const { recover, current } = await deleted(["fast"], damagedIn("fast"));
  await recover();
  const { status, locations, integrity } = await current();
  expect(status).toBe("deactivated");
  expect(integrity.quarantined).toMatchObject({ reason: "hash-mismatch", evidence: { store: "fast" } });
  expect(locations.map((place) => [place.store, place.damaged])).toEqual([["fast", undefined]]);
});

test("beside a good copy a damaged one comes back with its mark, and the image into use", async () => {
  const { recover, current } = await deleted(["fast", "cheap"], damagedIn("fast"));
  await recover();
  const { status, locations, integrity } = await current();
  expect([status, integrity.quarantined]).toEqual(["active", undefined]);
  expect(locations.map((place) => [place.store, place.damaged])).toEqual([
    ["fast", damaged],
    ["cheap", undefined],
  ]);
});

test("data at another host does not bring an image into use whose own bytes are gone", async () => {
  const { recover, current } = await deleted([], (places) => [...places, elsewhere]);
  await recover();
  expect(await current()).toMatchObject({
    status: "deactivated",
    locations: [{ store: "web" }],
    integrity: { quarantined: { reason: "object-missing" } },
  });
});

test("a store that fails keeps no image from coming back by its good copy elsewhere, and keeps its place", async () => {
  const { recover, current, bytesOf } = await deleted(["fast", "cheap"]);
  await recover("fast");
  const { status, locations } = await current();
  expect([status, locations.map(({ store }) => store)]).toEqual(["active", ["fast", "cheap"]]);
  expect(bytesOf("cheap").objects.size).toBe(1);
});

test("without a good copy elsewhere such a store is waited for, and nothing is forgotten", async () => {
  for (const [keeping, change] of [[["fast"]], [["fast", "cheap"], damagedIn("cheap")]] as const) {
    const { recover, restore, current } = await deleted([...keeping], change);
    await expect(recover("fast")).rejects.toThrow("down");
    expect(await current()).toMatchObject({ status: "pending_delete", locations: { length: 2 } });
    await restore();
    expect((await current()).status).toBe("active");
  }
});

test("a recovery has its own bytes verified, whichever place is the first", async () => {
  const { recover, work, id, key } = await deleted(["fast"], (places) => [elsewhere, ...places]);
  await recover();
  expect(work.finalizing).toEqual([{ imageId: id, transferId: key.split("/")[1] }]);
});

test("a deletion that waits for its store keeps no image away for long, and takes that place alone", async () => {
  const service = await deleted(["cheap"], undefined, "fast");
  const { recover, current, bytesOf, removeAll, removeStuck, pass, ports } = service;
  await expect(recover()).rejects.toMatchObject({ status: 409 });
  pass(3601);
  await recover();
  const { status, locations } = await current();
  expect([status, locations.map(({ store }) => store)]).toEqual(["active", ["cheap"]]);
  expect(await ports.images.pendingDeletions(9)).toMatchObject([{ store: "fast" }]);
  await removeAll();
  await removeStuck();
  expect([bytesOf("fast").objects.size, bytesOf("cheap").objects.size]).toEqual([0, 1]);
  expect(await ports.images.pendingDeletions(9)).toEqual([]);
});

test("nor is it the last good place that is given up for such a deletion", async () => {
  const { recover, current, pass } = await deleted(["cheap"], damagedIn("cheap"), "fast");
  pass(3601);
  await expect(recover()).rejects.toMatchObject({ status: 409 });
  expect((await current()).locations).toHaveLength(2);
});
