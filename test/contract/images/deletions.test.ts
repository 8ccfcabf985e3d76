import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { deletionOf } from "../../../shared/images/domain/deletion.ts";
import { emptyImage } from "../../../shared/images/domain/image.ts";
import { deletionWrite } from "../../../shared/images/ports/change.ts";
import { memoryImageStore } from "../../fakes/images/memory-image-store.ts";
import { deletionsContract } from "./deletions.ts";
import { recordsOnDynamodb } from "./records-on-dynamodb.ts";

deletionsContract("memory", async () => memoryImageStore().store);
deletionsContract("DynamoDB emulator", () => recordsOnDynamodb(0));
deletionsContract("DynamoDB emulator on a bad day", () => recordsOnDynamodb(0.1));

describe("deletions that wait, on a bad day", () => {
  it("are all there on a page that has room for them, whatever DynamoDB puts on one", async () => {
    const store = await recordsOnDynamodb(0.2);
    const after = { ...emptyImage, id: randomUUID(), created_at: "", updated_at: "" };
    const deletions = Array.from({ length: 20 }, (_, n) =>
      deletionOf({ image_id: after.id, key: `key ${n}` }, new Date(n)),
    );
    await store.commit({ image: { before: undefined, after }, writes: deletions.map(deletionWrite) });
    for (let read = 0; read < 12; read++) {
      const pending = await store.pendingDeletions(50).catch(() => deletions);
      expect(pending).toHaveLength(20);
      expect(await store.pendingDeletions(7).catch(() => deletions.slice(0, 7))).toHaveLength(7);
    }
  });
});
