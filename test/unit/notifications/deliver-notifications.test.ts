import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { uploadFailed } from "../../../shared/images/domain/image-events.ts";
import {
  type DeliveryPorts,
  deliverFor,
  deliverOutbox,
  waitingTooLong,
} from "../../../shared/notifications/operations/deliver-notifications.ts";
import { faulty } from "../../fakes/faulty.ts";
import { memoryEventBus } from "../../fakes/notifications/memory-event-bus.ts";
import { memoryOutbox } from "../../fakes/notifications/memory-outbox.ts";

const always = () => true;

/** `count` notifications in several streams, written one millisecond apart. */
async function waiting(count: number, settled = true) {
  let now = Date.UTC(2026, 0, 1);
  const clock = () => new Date(now++);
  const { outbox, entries } = memoryOutbox(clock);
  for (let n = 0; n < count; n++) {
    const id = randomUUID();
    await outbox.add(id, [uploadFailed(id, `${n}`)]);
  }
  if (settled) now += 60_000;
  const { bus, published, state } = memoryEventBus();
  const problems: { message_id: string; reason: string }[] = [];
  const ports: DeliveryPorts = {
    outbox,
    bus,
    clock,
    publisherId: "image.test",
    report: (problem) => problems.push(problem),
  };
  const ids = [...entries.values()].map(({ id }) => id);
  return { ports, entries, ids, published, state, problems };
}

describe("the outbox job", () => {
  it("delivers all in order of time in each stream, and forgets them", async () => {
    const { ports, entries, ids, published } = await waiting(250);
    expect(await deliverOutbox(ports)(always)).toEqual({ examined: 250, acted: 250, failed: 0 });
    expect(entries.size).toBe(0);
    expect(published.map(({ message_id }) => message_id).sort()).toEqual(ids.sort());
    for (const stream of ports.outbox.streams) {
      const times = published
        .filter(
          ({ payload }) =>
            ports.outbox.streamOf(String(payload).split(" ")[7]?.slice(0, -1) ?? "") === stream,
        )
        .map(({ timestamp }) => timestamp);
      expect(times.length).toBeGreaterThan(20);
      expect(times).toEqual([...times].sort());
    }
  });

  it("gives them oslo.messaging's envelope", async () => {
    const { ports, published, ids } = await waiting(1);
    await deliverOutbox(ports)(always);
    expect(published).toEqual([
      {
        message_id: ids[0],
        publisher_id: "image.test",
        event_type: "image.upload",
        priority: "ERROR",
        timestamp: "2026-01-01 00:00:00.000000",
        payload: expect.stringMatching(/^Failed to upload image data for image \S+: 0$/),
      },
    ]);
  });

  it("leaves young ones to their hints, and says that they wait", async () => {
    const { ports, entries, published } = await waiting(3, false);
    const result = await deliverOutbox(ports)(always);
    expect(result).toMatchObject({ acted: 0, failed: 0, oldest: "2026-01-01T00:00:00.000Z" });
    expect(published).toEqual([]);
    expect(entries.size).toBe(3);
  });

  it("loses nothing while the bus takes nothing, tells why, and says how old the oldest is", async () => {
    const { ports, entries, published, state, problems } = await waiting(30);
    state.unavailable = true;
    const result = await deliverOutbox(ports)(always);
    expect(result).toMatchObject({ acted: 0, oldest: "2026-01-01T00:00:00.000Z" });
    expect(result.failed).toBeGreaterThan(0);
    expect(problems[0]?.reason).toBe("Throttling");
    expect(entries.size).toBe(30);
    state.unavailable = false;
    expect(await deliverOutbox(ports)(always)).toEqual({ examined: 30, acted: 30, failed: 0 });
    expect(published).toHaveLength(30);
  });

  it("goes on past one that the bus will never take, and keeps it", async () => {
    const { ports, entries, ids, state, problems } = await waiting(30);
    state.refuses = ({ message_id }) => message_id === ids[7];
    const result = await deliverOutbox(ports)(always);
    expect(result).toEqual({ examined: 30, acted: 29, failed: 1, oldest: "2026-01-01T00:00:00.007Z" });
    expect([...entries.values()].map(({ id }) => id)).toEqual([ids[7]]);
    expect(problems).toEqual([{ message_id: ids[7], event_type: "image.upload", reason: "MalformedDetail" }]);
  });

  it("stops when there is no time left; the next run goes on", async () => {
    const { ports, entries } = await waiting(100);
    let calls = 0;
    const result = await deliverOutbox(ports)(() => calls++ < 4);
    expect(result.acted).toBeGreaterThan(0);
    expect(result.acted).toBeLessThan(100);
    expect(result.oldest).toBe([...entries.values()].map(({ at }) => at).sort()[0]);
    await deliverOutbox(ports)(always);
    expect(entries.size).toBe(0);
  });

  it("does no harm twice at once: all arrive, copies with the same id", async () => {
    const { ports, entries, ids, published } = await waiting(100);
    await Promise.all([
      deliverOutbox(ports)(always),
      deliverOutbox(ports)(always),
      deliverFor(ports)(["0", "1"], always),
    ]);
    expect(entries.size).toBe(0);
    expect([...new Set(published.map(({ message_id }) => message_id))].sort()).toEqual(ids.sort());
  });

  it("killed at any point loses nothing; what comes twice has the same id", async () => {
    const whole = await waiting(25);
    const counting = faulty({ outbox: whole.ports.outbox, bus: whole.ports.bus }, undefined);
    await deliverOutbox({ ...whole.ports, ...counting.ports })(always);
    const copies: number[] = [];
    for (let call = 1; call <= counting.calls(); call++) {
      for (const moment of ["before", "after"] as const) {
        const { ports, entries, ids, published } = await waiting(25);
        const broken = faulty({ outbox: ports.outbox, bus: ports.bus }, { call, moment });
        await deliverOutbox({ ...ports, ...broken.ports })(always).catch(() => undefined);
        await deliverOutbox(ports)(always);
        const got = published.map(({ message_id }) => message_id);
        expect([...new Set(got)].sort(), `${moment} call ${call}`).toEqual(ids.sort());
        expect(entries.size).toBe(0);
        copies.push(got.length - ids.length);
      }
    }
    // A kill between publishing and forgetting is among the points.
    expect(Math.max(...copies)).toBeGreaterThan(0);
    expect(Math.max(...copies)).toBeLessThanOrEqual(20);
  });
});

it("what waits for more than five minutes is worth a warning", async () => {
  const { ports, state } = await waiting(1);
  state.unavailable = true;
  const result = await deliverOutbox(ports)(always);
  const after = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000);
  expect(waitingTooLong(result, after(300))).toBeUndefined();
  expect(waitingTooLong(result, after(301))).toBe(301);
  state.unavailable = false;
  expect(waitingTooLong(await deliverOutbox(ports)(always), after(9999))).toBeUndefined();
});

it("a hint delivers its image's stream at once, and no other", async () => {
  const { ports, entries } = await waiting(40, false);
  const id = `${randomUUID().slice(0, -1)}2`;
  const stream = ports.outbox.streamOf(id);
  const others = [...entries.values()].filter((entry) => entry.stream !== stream).length;
  expect((await deliverFor(ports)([id, id], always)).acted).toBe(40 - others);
  expect(entries.size).toBe(others);
});
