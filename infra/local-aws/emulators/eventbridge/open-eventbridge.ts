import { randomUUID } from "node:crypto";
import type { Clock } from "../../clock.ts";
import { createFaults, type FaultPlan } from "../../faults.ts";
import type { EventBusDefinition } from "../../template/event-buses.ts";
import { AwsFailure } from "../aws-failure.ts";
import type { JsonService } from "../json-service.ts";
import { openEventFile } from "./event-file.ts";
import { busOf, checkEntry, eventOf, givenEntries } from "./put-events.ts";

export interface EventbridgeOptions {
  /** Gets every event that was accepted. */
  readonly file: string;
  readonly buses: readonly EventBusDefinition[];
  readonly faults: FaultPlan;
  readonly clock: Clock;
}

/**
 * EventBridge with PutEvents; every event goes into one file instead of to rules. Fault mode: throttled calls, calls
 * of which some entries fail, and calls that succeed although their answer says otherwise.
 */
export async function openEventbridge(options: EventbridgeOptions): Promise<JsonService> {
  const { file: path, buses, clock } = options;
  const faults = createFaults("events", options.faults);
  const file = await openEventFile(path);

  const refuseOthers = (operation: string): void => {
    if (operation !== "PutEvents")
      throw new AwsFailure("UnknownOperationException", `the local EventBridge has no ${operation}`);
  };

  const putEvents = async (input: Record<string, unknown>): Promise<Record<string, unknown>> => {
    const fault = faults.pick(["throttle", "partial", "lost answer"]);
    if (fault === "throttle") throw new AwsFailure("ThrottlingException", "Rate exceeded");
    const lines: string[] = [];
    const Entries = givenEntries(input).map((given) => {
      if (fault === "partial" && faults.random() < 0.5)
        return { ErrorCode: "InternalFailure", ErrorMessage: "An internal failure occurred." };
      const entry = checkEntry(given, busOf(given, buses));
      if ("ErrorCode" in entry) return entry;
      const EventId = randomUUID();
      lines.push(eventOf(entry, EventId, clock()));
      return { EventId };
    });
    if (lines.length > 0) await file.append(lines);
    if (fault === "lost answer") throw new AwsFailure("InternalException", "This exception occurs.", 500);
    return { FailedEntryCount: Entries.length - lines.length, Entries };
  };

  return {
    targetPrefix: "AWSEvents",
    signingName: "events",
    accessOf: (operation, input) => {
      refuseOthers(operation);
      return givenEntries(input).map((given) => ({
        action: "events:PutEvents",
        resource: busOf(given, buses).arn,
        context: {
          "events:source": [String(given.Source)],
          "events:detail-type": [String(given.DetailType)],
        },
      }));
    },
    handle: async (operation, input) => {
      refuseOthers(operation);
      return putEvents(input);
    },
    close: () => file.close(),
  };
}
