import { expect, it } from "vitest";
import { imageEvent, memberEvent, uploadFailed } from "../../../shared/images/domain/image-events.ts";
import {
  type DeliveryPorts,
  deliverOutbox,
  type UndeliveredNotification,
} from "../../../shared/notifications/operations/deliver-notifications.ts";
import { hintAt } from "../../../shared/notifications/operations/notify.ts";
import { memoryWorkQueue } from "../../fakes/memory-work-queue.ts";
import { memoryEventBus } from "../../fakes/notifications/memory-event-bus.ts";
import { memoryOutbox } from "../../fakes/notifications/memory-outbox.ts";
import { imageWith } from "../policy/callers.ts";

const at = "2026-01-01T00:00:00.000Z";
const image = imageWith();
const events = [
  imageEvent("image.update", image),
  memberEvent("image.member.create", {
    ...{ image_id: "of-a-member", member_id: "p", status: "pending", created_at: at, updated_at: at },
  }),
  uploadFailed(image.id, "the upload broke off"),
];

/** Three notifications that are old enough, in one of the two streams. */
async function waiting() {
  const { outbox, entries } = memoryOutbox(() => new Date(at));
  await outbox.add("2", events);
  const reports: UndeliveredNotification[] = [];
  const { bus, published, state } = memoryEventBus();
  const ports: DeliveryPorts = {
    ...{ outbox, bus, publisherId: "image.test" },
    clock: () => new Date("2026-01-01T01:00:00.000Z"),
    report: (problem) => reports.push(problem),
  };
  return { ports, entries, reports, published, state };
}
const always = () => true;

it("what stays is told with the image that it is about, where it says one", async () => {
  const { ports, reports, state } = await waiting();
  state.refuses = () => true;
  await deliverOutbox(ports)(always);
  expect(reports.map(({ image_id }) => image_id)).toEqual([image.id, "of-a-member", undefined]);
});

it("what the bus says nothing of was not taken, and stays", async () => {
  const { ports, entries, reports } = await waiting();
  const silent = { publish: async () => ({ accepted: new Set<string>(), refused: new Map() }) };
  expect(await deliverOutbox({ ...ports, bus: silent })(always)).toMatchObject({ acted: 0, failed: 3 });
  expect(reports.map(({ reason }) => reason)).toEqual(["not taken", "not taken", "not taken"]);
  expect(entries.size).toBe(3);
});

it("a stream that fails keeps no other from its own, and is no success", async () => {
  const { ports, entries, published } = await waiting();
  await ports.outbox.add("1", events);
  const { waiting: read } = ports.outbox;
  const outbox = {
    ...ports.outbox,
    waiting: async (...words: Parameters<typeof read>) => {
      if (words[0] === "even") throw new Error("throttled");
      return read(...words);
    },
  };
  await expect(deliverOutbox({ ...ports, outbox })(always)).rejects.toThrow("throttled");
  expect([published.length, entries.size]).toEqual([3, 3]);
});

it("a run that leaves nothing behind names no oldest", async () => {
  const { ports } = await waiting();
  expect(await deliverOutbox(ports)(always)).toStrictEqual({ examined: 3, acted: 3, failed: 0 });
});

it("a hint says whose notifications wait; without a queue, and when it fails, the job finds them", async () => {
  const { queue, notifying } = memoryWorkQueue();
  await hintAt({ disabled: [], queue }, image.id);
  expect(notifying).toEqual([{ subject: image.id }]);
  await hintAt({ disabled: [] }, image.id);
  const failing = { notify: () => Promise.reject(new Error("no queue")) };
  await hintAt({ disabled: [], queue: failing }, image.id);
});
