import { describe, expect, it } from "vitest";
import { folderService } from "../../../fakes/images/folder-service.ts";
import { completed, data, expectInOrder, fileOf } from "../../../fakes/images/folder-uploads.ts";

type Service = ReturnType<typeof folderService>;

describe("a run that is killed after any call", () => {
  class Killed extends Error {}
  const calls = [
    ...["createUpload", "sendPart", "listParts", "completeUpload", "findCopied", "head", "read", "delete"],
    ...["forgetUpload", "abortUpload"],
  ] as const;

  /** Stores and table of which nothing answers any more after so many calls. */
  function mortal(service: Service, lives: number, isDoneBefore: boolean) {
    let left = lives;
    const one =
      (call: (...given: never[]) => Promise<unknown>) =>
      async (...given: never[]) => {
        if (left <= 0) throw new Killed();
        left--;
        if (left === 0 && isDoneBefore) throw new Killed();
        const result = await call(...given);
        if (left === 0) throw new Killed();
        return result;
      };
    const files = { ...service.files };
    for (const name of calls)
      Object.assign(files, { [name]: one(files[name] as (...given: never[]) => Promise<unknown>) });
    const { images } = service.ports;
    const commit = one(images.commit as (...given: never[]) => Promise<unknown>);
    return {
      others: { stores: service.storesWith(files), images: { ...images, commit } as typeof images },
      isDead: () => left === 0,
    };
  }

  it.each([
    ["before it", true],
    ["after it", false],
  ])("loses nothing and leaves nothing: killed %s", async (_, isDoneBefore) => {
    let isWhole = false;
    for (let lives = 1; !isWhole; lives++) {
      const service = folderService();
      const { id, ref } = await completed(service);
      const { others, isDead } = mortal(service, lives, isDoneBefore);
      await service.place(ref, { others }).catch((error: unknown) => {
        if (!isDead()) throw error;
      });
      isWhole = !isDead();
      // Until the hold of the killed run is over.
      service.pass(600);
      await service.place(ref);
      await service.workOff();
      expect([lives, service.imageOf(id).status]).toEqual([lives, "active"]);
      expect(fileOf(service, id)).toEqual(data);
      const { locations } = service.imageOf(id);
      expect((await service.files.head(id))?.etag).toBe(locations[0]?.etag);
      expectInOrder(service);
    }
  });
});
