import type { Message } from "@aws-sdk/client-sqs";
import { outcomeOf, type Sent, type Side } from "./sides.ts";
import { commandOf, type Step } from "./steps.ts";

/** Fewer than a receive gives at once: else the sides could choose different ones, as SQS may. */
const mostMessages = 10;

/** A message in flight, by what both sides call it: its body. */
interface InFlight {
  readonly body: string;
  readonly handles: readonly string[];
}

/** One queue on two sides, and what has been received from it. */
export class Comparison {
  readonly #sides: readonly Side[];
  readonly #name: string;
  #inFlight: InFlight[] = [];
  #stored = 0;
  #number = 0;

  constructor(sides: readonly Side[], name: string) {
    this.#sides = sides;
    this.#name = name;
  }

  /** What came of the step on each side; undefined when it makes no sense now. */
  async take(step: Step): Promise<readonly unknown[] | undefined> {
    if (this.#isIdle(step)) return undefined;
    const number = this.#number++;
    const outcomes = await Promise.all(
      this.#sides.map(async (side, at) => {
        const urls = await side.queue(this.#name);
        const handleOf = (message: number) => this.#messageAt(message).handles[at] ?? "";
        const command = commandOf(step, { name: this.#name, ...urls, handleOf }, number);
        // The overloads of `send` do not take a union of commands.
        return outcomeOf(side.client.send(command as Parameters<Side["client"]["send"]>[0]));
      }),
    );
    this.#note(step, outcomes);
    return outcomes.map((outcome) => shownOf(step, outcome));
  }

  #isIdle(step: Step): boolean {
    if (step.do === "send") return this.#stored >= mostMessages;
    if (step.do === "send-batch")
      return this.#stored + step.ids.length > mostMessages && step.ids.length < 11;
    const needsMessage =
      step.do === "delete" || step.do === "delete-batch" || step.do === "change-visibility";
    return needsMessage && this.#inFlight.length === 0;
  }

  #messageAt(message: number): InFlight {
    const found = this.#inFlight[message % this.#inFlight.length];
    if (!found) throw new Error("nothing is in flight");
    return found;
  }

  #note(step: Step, outcomes: readonly Sent[]): void {
    const [outcome = {}] = outcomes;
    if (outcome.failure !== undefined) return;
    const { Messages = [], Successful = [] } = outcome as { Messages?: Message[]; Successful?: object[] };
    if (step.do === "send") this.#stored++;
    if (step.do === "send-batch") this.#stored += Successful.length;
    if (step.do === "receive" && !step.dead)
      for (const { Body: body = "" } of Messages)
        this.#inFlight.push({ body, handles: handlesOf(outcomes, body) });
    // A handle of a message that may be received again is judged apart: the sides are known to differ there.
    if (step.do === "delete" || (step.do === "change-visibility" && step.seconds === 0)) {
      const gone = this.#messageAt(step.message);
      this.#inFlight = this.#inFlight.filter((one) => one !== gone);
      if (step.do === "delete") this.#stored--;
    }
    if (step.do === "delete-batch") {
      const gone = new Set(step.ids.map((_, at) => this.#messageAt(step.message + at)));
      this.#inFlight = this.#inFlight.filter((one) => !gone.has(one));
      this.#stored -= gone.size;
    }
  }
}

const handlesOf = (outcomes: readonly Sent[], body: string): string[] =>
  outcomes.map(
    ({ Messages = [] }) => (Messages as Message[]).find(({ Body }) => Body === body)?.ReceiptHandle ?? "",
  );

/** An outcome without what every SQS draws by lot, in an order of its own. */
function shownOf(step: Step, outcome: Sent): unknown {
  if (outcome.failure !== undefined) return outcome;
  switch (step.do) {
    case "receive":
      return ((outcome.Messages ?? []) as Message[])
        .map(({ Body, MD5OfBody, Attributes = {}, ...others }) => ({
          Body,
          MD5OfBody,
          attributes: Object.keys(Attributes).sort(),
          ...(!step.dead && { receives: Attributes.ApproximateReceiveCount }),
          others: Object.keys(others).sort(),
        }))
        .sort((one, other) => (String(one.Body) < String(other.Body) ? -1 : 1));
    case "send":
      return { ...outcome, MessageId: typeof outcome.MessageId };
    case "send-batch":
    case "delete-batch": {
      const { Successful = [], Failed = [] } = outcome as { Successful?: Sent[]; Failed?: Sent[] };
      return {
        done: Successful.map((entry) => ({ ...entry, MessageId: typeof entry.MessageId })),
        failed: Failed.map(({ Id, Code, SenderFault }) => ({ Id, Code, SenderFault })),
      };
    }
    case "find":
      return String(outcome.QueueUrl).split("/").slice(-2);
    default:
      return outcome;
  }
}
