import { describe, expect, it } from "vitest";
import { finalizeImage } from "../../../../shared/images/operations/transfers/finalize-image.ts";
import { memoryService } from "../../../fakes/images/service.ts";

const data = Buffer.from("0123456789");
type Service = ReturnType<typeof memoryService>;

async function completed(stated: boolean) {
  const service = memoryService({ activate_on_stated_hashes: stated });
  const { id } = await service.queuedImage();
  const { ref, complete } = await service.uploaded(id, data);
  const { transfer } = await complete();
  return { service, id, ref, key: transfer.key };
}
const findingsOf = async ({ ports }: Service) => (await ports.findings.list({ limit: 10 })).findings;

describe("the verification of stated hashes", () => {
  it.each([
    ["object-missing", undefined],
    ["size-mismatch", data.subarray(1)],
  ] as const)("takes an image out of use whose bytes it finds damaged: %s", async (kind, left) => {
    const { service, id, ref, key } = await completed(true);
    if (left) service.bytes.objects.set(key, left);
    else service.bytes.objects.delete(key);
    const explained: string[] = [];
    expect(
      await finalizeImage(service.ports)(
        ref,
        () => true,
        ({ why }) => explained.push(why),
      ),
    ).toBe("damaged");
    expect(await service.ports.images.find(id)).toMatchObject({
      status: "deactivated",
      integrity: { quarantined: { reason: kind } },
      locations: [{ key }],
    });
    expect(await findingsOf(service)).toMatchObject([{ kind, image_id: id, object_key: key }]);
    expect(explained).toEqual([kind]);
  });
});

it("a finding of other bytes than were stated names those that were read, whichever place is the first", async () => {
  const { service, id, ref, key } = await completed(true);
  service.bytes.objects.set(key, Buffer.from("9876543210"));
  const before = await service.ports.images.find(id);
  if (!before) throw new Error("it is there");
  const elsewhere = {
    store: "web",
    key: "https://images.example/a?token=b",
    size: 10,
    registered: true,
  } as const;
  const after = { ...before, locations: [elsewhere, ...before.locations] };
  await service.ports.images.commit({ image: { before, after } });
  expect(await finalizeImage(service.ports)(ref, () => true)).toBe("mismatch");
  expect(await findingsOf(service)).toMatchObject([{ kind: "hash-mismatch", object_key: key }]);
});

describe("the hashing of bytes without stated hashes", () => {
  it("activates nothing when they go away while they are read, and quarantines nothing: it is tried again", async () => {
    const { service, id, ref, key } = await completed(false);
    const { read, head } = service.ports.blobs;
    let looks = 0;
    service.ports.blobs.head = async (...words) => {
      looks++;
      return head(...words);
    };
    service.ports.blobs.read = async (...words) => {
      // Two looks are the completion's, which reads the format behind them; the third begins the hashing.
      if (looks < 3) return read(...words);
      service.bytes.objects.delete(key);
      throw new Error("the connection broke");
    };
    await expect(finalizeImage(service.ports)(ref, () => true)).rejects.toThrow(
      "the object of a completion is damaged: object-missing",
    );
    const image = await service.ports.images.find(id);
    expect(image).toMatchObject({ status: "saving", integrity: {} });
    expect(await findingsOf(service)).toEqual([]);
  });

  it.each([
    ["gone", undefined],
    ["shorter", data.subarray(1)],
  ])("ends an upload whose bytes are %s when a later run goes on with the hashing", async (_, left) => {
    const { service, id, ref, key } = await completed(false);
    const ports = { ...service.ports, rangeBytes: 4 };
    expect(await finalizeImage(ports)(ref, () => false)).toBe("continues");
    if (left) service.bytes.objects.set(key, left);
    else service.bytes.objects.delete(key);
    await finalizeImage(ports)(ref, () => true).catch(() => undefined);
    expect(await service.ports.images.find(id)).toMatchObject({ status: "queued", transfer_id: null });
    const { transfer } = await service.ports.images.findWithTransfer(id, ref.transferId);
    expect(transfer).toMatchObject({
      state: "aborted",
      failure: { message: expect.stringMatching(/gone|declared/) },
    });
    expect(await finalizeImage(ports)(ref, () => true)).toBe("nothing to do");
  });
});
