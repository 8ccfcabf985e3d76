import { backoff } from "../../../aws/retry.ts";
import { signedCall } from "../../../aws/signed-call.ts";
import type { EventBus } from "../../ports/event-bus.ts";
import { type BusEntry, busEntry, requestLength } from "./bus-entry.ts";

export interface EventBridgeOptions {
  /** The variables that Lambda gives a function. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly busName: string;
}

interface Pending {
  readonly id: string;
  readonly entry: BusEntry;
}

/** Together less than the 10 s that functions keep for what they have begun: a killed one delivers copies. */
const PATIENCE_MS = 5000;
const TIMEOUT_MS = 3000;
/** Failures of a call or of one entry that pass (EventBridge API reference, PutEvents and common errors). */
const passing =
  /^(Throttling|InternalFailure|InternalException|InternalError|ServiceUnavailable|RequestLimit)/;

/** What became of each entry of one request: undefined is accepted, else the failure's name. */
type Outcome =
  | { readonly entries: readonly (string | undefined)[] }
  | { readonly failed: string; readonly passes: boolean };

async function putEvents(options: EventBridgeOptions, entries: readonly BusEntry[]): Promise<Outcome> {
  const { environment } = options;
  try {
    const { status, answer, failure } = await signedCall({
      service: "events",
      endpoint: environment.AWS_ENDPOINT_URL_EVENTBRIDGE,
      target: "AWSEvents.PutEvents",
      input: { Entries: entries },
      environment,
      timeoutMs: TIMEOUT_MS,
    });
    if (status === 200 && Array.isArray(answer.Entries) && answer.Entries.length === entries.length) {
      // An entry was accepted if it says so, not if it says nothing.
      return {
        entries: answer.Entries.map((entry: { EventId?: unknown; ErrorCode?: unknown }) =>
          typeof entry.EventId === "string" ? undefined : String(entry.ErrorCode ?? "InternalFailure"),
        ),
      };
    }
    const failed = failure || `status ${status}`;
    return { failed, passes: status >= 500 || status === 200 || passing.test(failed) };
  } catch (error) {
    return { failed: (error as Error).name, passes: true };
  }
}

/**
 * An EventBridge bus, by PutEvents. The entries of a request that fail are repeated before the next request goes
 * out, so that the order is kept as far as EventBridge keeps one.
 */
export const eventBridgeBus = (options: EventBridgeOptions): EventBus => ({
  publish: async (events) => {
    const accepted = new Set<string>();
    const refused = new Map<string, string>();
    let pending: readonly Pending[] = events.map((event) => ({
      id: event.message_id,
      entry: busEntry(options.busName, event),
    }));
    const until = performance.now() + PATIENCE_MS;
    for (let failures = 0; pending.length > 0; ) {
      const request = pending.slice(0, requestLength(pending.map(({ entry }) => entry)));
      const outcome = await putEvents(
        options,
        request.map(({ entry }) => entry),
      );
      let reason: string | undefined = "failed" in outcome ? outcome.failed : undefined;
      const again = request.filter(({ id }, at) => {
        if ("failed" in outcome) return true;
        const failure = outcome.entries[at];
        if (failure === undefined) accepted.add(id);
        else if (passing.test(failure)) reason = failure;
        else refused.set(id, failure);
        return failure !== undefined && passing.test(failure);
      });
      pending = [...again, ...pending.slice(request.length)];
      if (reason === undefined) {
        failures = 0;
        continue;
      }
      failures++;
      if (performance.now() > until || ("failed" in outcome && !outcome.passes))
        return { accepted, refused, unavailable: reason };
      await backoff(failures);
    }
    return { accepted, refused };
  },
});
