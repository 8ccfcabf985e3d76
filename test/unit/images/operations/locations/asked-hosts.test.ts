import { describe, expect, it } from "vitest";
import type { PatchOperation } from "../../../../../shared/images/domain/patch-operation.ts";
import { uploadImage } from "../../../../../shared/images/operations/transfers/upload-image.ts";
import { updateImage } from "../../../../../shared/images/operations/update-image.ts";
import { RevisionConflict } from "../../../../../shared/images/ports/image-store.ts";
import type { Settings } from "../../../../../shared/settings.ts";
import { admin, demo } from "../../../../fakes/images/service.ts";
import { data, refusal, stored, url, withWeb } from "./with-web.ts";

describe("a PATCH of locations", () => {
  const at = (place: string) => ({ url: place, metadata: {} });
  const add = (place: string): PatchOperation => ({
    ...{ op: "add", name: "locations", position: "-" },
    value: at(place),
  });
  const replace = (value: unknown): PatchOperation => ({ op: "replace", name: "locations", value });

  it("asks no host for what is refused in any case, and few for what is not", async () => {
    const many = Array.from({ length: 3000 }, (_, n) => `https://images.example/${n}.raw`);
    const asked = async (
      overrides: Partial<Settings>,
      operations: readonly PatchOperation[],
      active = false,
    ) => {
      const one = withWeb(overrides);
      for (const each of many) one.web.objects.set(each, data);
      const { id } = await one.queuedImage();
      if (active) await uploadImage(one.ports)(demo, id, data);
      const heads: string[] = [];
      const head = (key: string) => {
        heads.push(key);
        return one.web.store.head(key);
      };
      const ports = { ...one.ports, sources: { of: () => ({ ...one.web.store, head }) } };
      return [await refusal(updateImage(ports)(admin, id, operations)), heads.length];
    };
    const all = many.map((each) => at(each));
    expect({
      beyondQuota: await asked({}, [replace(all)]),
      addedBeyondQuota: await asked(
        {},
        many.map((each) => add(each)),
        true,
      ),
      withoutQuota: await asked({ image_location_quota: -1 }, [replace(all)]),
      twice: await asked({}, [replace([at(url), at(url)])]),
      notTheSame: await asked({}, [replace([at(url)])], true),
      oneIsNoUrl: await asked({}, [replace([at(url), at("file:///etc/passwd")])]),
      some: await asked({}, [replace(all.slice(0, 10))]),
    }).toEqual({
      beyondQuota: [413, 0],
      addedBeyondQuota: [413, 0],
      withoutQuota: [400, 0],
      twice: [400, 0],
      notTheSame: [400, 0],
      oneIsNoUrl: [400, 0],
      some: [0, 10],
    });
  });

  it("waits for all hosts together as long as for one", async () => {
    const one = withWeb();
    const { id } = await one.queuedImage();
    let asked = 0;
    const head = async (key: string) => {
      asked++;
      await new Promise((done) => setTimeout(done, 60));
      return one.web.store.head(key);
    };
    const ports = { ...one.ports, sources: { of: () => ({ ...one.web.store, head }) }, sourcesMs: 100 };
    const many = Array.from({ length: 8 }, (_, n) => at(`https://images.example/${n}.raw`));
    for (const each of many) one.web.objects.set(each.url, data);
    await expect(updateImage(ports)(demo, id, [replace(many)])).rejects.toMatchObject({ status: 400 });
    expect(asked).toBeLessThan(4);
    expect((await stored(one, id)).status).toBe("queued");
  });

  it("asks a host once, however many races it loses, and again for another format", async () => {
    const one = withWeb();
    const { id } = await one.queuedImage();
    const heads: string[] = [];
    const head = (key: string) => {
      heads.push(key);
      return one.web.store.head(key);
    };
    let races = 0;
    const images: typeof one.ports.images = {
      ...one.ports.images,
      commit: async (change) => {
        if (++races > 4) return one.ports.images.commit(change);
        // Somebody else was faster: the fourth time with what matters to the data.
        const before = await stored(one, id);
        const disk_format = races === 4 ? "ami" : before.disk_format;
        await one.ports.images.commit({ image: { before, after: { ...before, disk_format } } });
        throw new RevisionConflict();
      },
    };
    const ports = { ...one.ports, images, sources: { of: () => ({ ...one.web.store, head }) } };
    await updateImage(ports)(demo, id, [add(url)]);
    expect({ races, heads }).toEqual({ races: 5, heads: [url, url] });
  });
});
