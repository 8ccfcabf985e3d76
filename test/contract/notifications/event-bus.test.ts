import { describe, expect, it } from "vitest";
import { eventbridgeUnderTest as emulatorUnderTest } from "../../../infra/local-aws/test/eventbridge-under-test.ts";
import { eventBridgeBus } from "../../../shared/notifications/adapters/eventbridge/event-bus.ts";
import type { Envelope } from "../../../shared/notifications/domain/envelope.ts";
import { memoryEventBus } from "../../fakes/notifications/memory-event-bus.ts";
import { anEvent, eventBusContract } from "./event-bus.ts";

/** The adapter on the emulator. */
async function eventbridgeUnderTest({ busName = "own", rate = 0 } = {}) {
  const under = await emulatorUnderTest({ rate });
  return { ...under, bus: eventBridgeBus({ environment: under.environment, busName }) };
}

const onEventbridge = async (rate: number) => {
  const { bus, events } = await eventbridgeUnderTest({ rate });
  return { bus, received: async () => (await events()).map(({ detail }) => detail as Envelope) };
};

eventBusContract("memory", async () => {
  const { bus, published } = memoryEventBus();
  return { bus, received: async () => published };
});
eventBusContract("EventBridge emulator", () => onEventbridge(0));
eventBusContract("EventBridge emulator on a bad day", () => onEventbridge(0.3));

describe("the EventBridge bus", () => {
  it("says which events the service will never take, and delivers the others", async () => {
    const { bus, events } = await eventbridgeUnderTest();
    const [good, bad, fine] = [anEvent(), { ...anEvent(), publisher_id: "aws.image" }, anEvent()];
    const result = await bus.publish([good, bad, fine]);
    expect(result.refused).toEqual(new Map([[bad.message_id, "NotAuthorizedForSource"]]));
    expect(result.accepted).toEqual(new Set([good.message_id, fine.message_id]));
    expect(result.unavailable).toBeUndefined();
    expect(await events()).toHaveLength(2);
  });

  it("says why it takes nothing, without waiting, where it has no right or finds no bus", async () => {
    for (const [busName, reason] of [
      ["other", "AccessDeniedException"],
      ["nowhere", "ResourceNotFoundException"],
    ] as const) {
      const { bus } = await eventbridgeUnderTest({ busName });
      const started = performance.now();
      expect(await bus.publish([anEvent()])).toEqual({
        accepted: new Set(),
        refused: new Map(),
        unavailable: reason,
      });
      expect(performance.now() - started).toBeLessThan(1000);
    }
  });

  it("gives up after a few seconds on a service that always fails or is away, and throws nothing", async () => {
    const failing = await eventbridgeUnderTest({ rate: 1 });
    const away = await eventbridgeUnderTest();
    await away.endpoint.close();
    const started = performance.now();
    const outcomes = await Promise.all([failing, away].map(({ bus }) => bus.publish([anEvent(), anEvent()])));
    expect(performance.now() - started).toBeLessThan(9000);
    // The emulator's faults leave out entries now and then, not always.
    expect(outcomes[0]?.accepted.size === 2 || outcomes[0]?.unavailable !== undefined).toBe(true);
    expect(outcomes[1]).toMatchObject({ accepted: new Set(), unavailable: expect.any(String) });
  }, 30_000);
});
