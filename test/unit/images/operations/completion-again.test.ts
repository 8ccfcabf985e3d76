import { expect, it } from "vitest";
import { completeTransfer } from "../../../../shared/images/operations/transfers/complete-transfer.ts";
import { memoryService } from "../../../fakes/images/service.ts";

const data = Buffer.from("0123456789");

it("a completion under way is not begun again: the first statement stays, whatever the second one says", async () => {
  const service = memoryService({ activate_on_stated_hashes: false, image_size_cap: data.length });
  const { id } = await service.queuedImage();
  const { access, ref, complete } = await service.uploaded(id, data);
  const first = await complete();
  expect(first.transfer.state).toBe("completing");
  // Its lease is over, which ends no completion.
  service.pass(61);
  const again = await completeTransfer(service.ports)(access, ref, { size: data.length + 1 });
  expect(again.transfer).toMatchObject({ state: "completing", statement: first.transfer.statement });
  expect(again.image.status).toBe("saving");
});

it.each([
  [10, "10 parts are missing: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10. Upload them"],
  [11, "11 parts are missing: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …. Upload them"],
])("of %i missing parts ten are named", async (missing, message) => {
  const service = memoryService();
  const { id } = await service.queuedImage();
  const { complete } = await service.uploaded(id, Buffer.alloc(missing + 1), { partBytes: 1 });
  for (const { parts } of service.bytes.uploads.values())
    for (const number of parts.keys()) if (number <= missing) parts.delete(number);
  await expect(complete()).rejects.toMatchObject({ status: 400, message: expect.stringContaining(message) });
});
