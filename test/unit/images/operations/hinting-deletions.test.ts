import { describe, expect, it } from "vitest";
import { deletionOf } from "../../../../shared/images/domain/deletion.ts";
import { emptyImage, type Image } from "../../../../shared/images/domain/image.ts";
import { hintingDeletions } from "../../../../shared/images/operations/bytes/hinting-deletions.ts";
import { type Change, deletionWrite } from "../../../../shared/images/ports/change.ts";
import { RevisionConflict } from "../../../../shared/images/ports/image-store.ts";
import { hintingOrphans } from "../../../../shared/upkeep/operations/hinting-orphans.ts";
import { memoryImageStore } from "../../../fakes/images/memory-image-store.ts";
import { memoryWorkQueue } from "../../../fakes/memory-work-queue.ts";
import { memoryOrphans } from "../../../fakes/upkeep/memory-orphans.ts";

const image: Image = { ...emptyImage, id: "i", created_at: "", updated_at: "" };
const deletion = (n: number) => deletionOf({ image_id: "i", store: "s3", key: `i/${n}` }, new Date());
const deletions = [deletion(1), deletion(2)];
const hints = deletions.map(({ id }) => ({ deletionId: id }));
const change: Change = {
  image: { before: undefined, after: image },
  writes: deletions.map(deletionWrite),
};

/** The hint of the first deletion is lost, by a port that rejects or throws. */
const losing = (queue: ReturnType<typeof memoryWorkQueue>["queue"], lose: () => Promise<void>) => ({
  deleteBytes: (message: { readonly deletionId: string }) =>
    message.deletionId === hints[0]?.deletionId ? lose() : queue.deleteBytes(message),
});
const rejects = () => Promise.reject(new Error("SQS is down"));
const throws = () => {
  throw new Error("no queue of this name");
};

describe("hints at deletions", () => {
  it("are sent when the change is written, one for each", async () => {
    const { store, deletions: written } = memoryImageStore();
    const sent: [string, number][] = [];
    const queue = {
      deleteBytes: async ({ deletionId }: { deletionId: string }) => {
        sent.push([deletionId, written.size]);
      },
    };
    await hintingDeletions(store, queue).commit(change);
    expect(sent).toEqual(deletions.map(({ id }) => [id, 2]));
  });

  it("are not sent for a change that was not written, or that deletes nothing", async () => {
    const { store } = memoryImageStore();
    const { queue, deleting } = memoryWorkQueue();
    const images = hintingDeletions(store, queue);
    const stale = { ...change, image: { before: { ...image, revision: 7 }, after: image } };
    await expect(images.commit(stale)).rejects.toThrow(RevisionConflict);
    await images.commit({ image: change.image });
    expect(deleting).toEqual([]);
  });

  it.each([rejects, throws])("may be lost: the change is written, the others are sent (%o)", async (lose) => {
    const { store } = memoryImageStore();
    const { queue, deleting } = memoryWorkQueue();
    await hintingDeletions(store, losing(queue, lose)).commit(change);
    expect(await store.pendingDeletions(10)).toHaveLength(2);
    expect(deleting).toEqual(hints.slice(1));
  });

  it("of orphans are sent when they were still orphans", async () => {
    const memory = memoryImageStore();
    const { queue, deleting } = memoryWorkQueue();
    const orphans = hintingOrphans(memoryOrphans(memory), queue);
    const nobody = { image: undefined, transfer: undefined };
    const key = "11111111-1111-4111-8111-111111111111/22222222-2222-4222-8222-222222222222";
    const orphan = deletionOf({ image_id: key.slice(0, 36), store: "s3", key }, new Date());
    const stranger = { ...image, id: key.slice(0, 36), revision: 1 };
    expect(await orphans.scheduleDeletion(orphan, { ...nobody, image: stranger })).toBe(false);
    expect(deleting).toEqual([]);
    expect(await orphans.scheduleDeletion(orphan, nobody)).toBe(true);
    expect(deleting).toEqual([{ deletionId: orphan.id }]);
    expect(memory.deletions.size).toBe(1);
  });
});
