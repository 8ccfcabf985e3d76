import { createHash, randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { parseChecksum } from "../../../../../shared/images/domain/expected-checksum.ts";
import { type FaultPoint, faulty, InjectedFault } from "../../../../fakes/faulty.ts";
import { fetchingService } from "./fetching-service.ts";
import { type Manners, serving, startServer } from "./odd-source.ts";

const data = randomBytes(2500);
const expected = parseChecksum(createHash("sha256").update(data).digest("hex"));
const cut = { partBytes: 1000, pieceBytes: 1000 };

type Server = Awaited<ReturnType<typeof startServer>>;
let spoilt = 0;
const kinds: readonly [name: string, manners: Manners, options: Parameters<typeof fetchingService>[1]][] = [
  ["in parts", {}, cut],
  ["as it comes", { ranges: false, mark: () => undefined }, cut],
  [
    "with a part that came wrong, seen when all are stored",
    { spoil: (bytes, from) => (from === 1000 && spoilt++ === 0 ? Buffer.from(bytes).fill(1) : bytes) },
    { ...cut, settings: { import_fan_out_size: 1000 } },
  ],
];

it.each(kinds)("an import %s is gone on with wherever its runs are killed", async (_, manners, options) => {
  const server: Server = await startServer(serving(() => data, manners));
  const attempt = async (point: FaultPoint | undefined) => {
    spoilt = 0;
    const service = fetchingService(server.source, options);
    const task = await service.begun(server.url, { expected });
    const { images, tasks, stores, copyRecords, limits, fence, queue, source } = service.ports;
    const broken = faulty({ images, tasks, stores, copyRecords, limits, fence, queue, source }, point);
    await service.run(task, { others: broken.ports }).catch((error: unknown) => {
      if (!(error instanceof InjectedFault)) throw error;
    });
    // What is lost with a run are its messages: the job sends for the import again.
    service.work.importing.splice(0);
    service.work.fetching.splice(0);
    for (let turn = 0; turn < 4 && service.taskOf(task).import; turn++) {
      // Pieces that were handed out are not handed out again soon.
      service.pass(3601);
      await service.run(task);
    }
    return { service, task, calls: broken.calls() };
  };
  const { calls } = await attempt(undefined);
  expect(calls).toBeGreaterThan(20);
  const uploads: number[] = [];
  // Before a call is after the one before it.
  for (let call = 1; call <= calls; call++) {
    const { service, task } = await attempt({ call, moment: "after" });
    const image = service.imageOfTask(task);
    const ended = service.taskOf(task);
    expect([call, ended.message, image.status]).toEqual([call, "", "active"]);
    expect([call, service.dataIn("fast", image.id)]).toEqual([call, [data.toString()]]);
    const left = await service.leftovers();
    if (left.some((what) => what.startsWith("upload "))) uploads.push(call);
    expect([call, left.filter((what) => !what.startsWith("upload "))]).toEqual([call, []]);
  }
  // Begun, and not yet recorded, which takes three calls more: the bucket's lifecycle ends it. There is one upload, and
  // another to mend the parts in.
  expect(uploads.length).toBeLessThanOrEqual(manners.spoil ? 6 : 3);
  await server[Symbol.asyncDispose]();
});
