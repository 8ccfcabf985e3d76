import { randomUUID } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { QueueDefinition } from "../../template/queues.ts";
import { AwsFailure } from "../aws-failure.ts";
import { FairGroups } from "./fair-groups.ts";
import type { MessageFolder, StoredMessage } from "./stored-message.ts";

/** Of a visibility timeout, however often it is extended (SQS quotas). */
export const longestVisibilitySeconds = 43_200;

/** What is kept in memory of a message; its body stays in the file. */
interface Entry {
  readonly id: string;
  readonly sentAt: number;
  readonly availableAt: number;
  readonly group?: string;
  /** Milliseconds since the epoch from which on the message may be received. */
  visibleAt: number;
  receiveCount: number;
  /** Of the latest receive; an older one deletes nothing. */
  receipt: string | undefined;
  receivedAt: number;
}

export interface ReceivedMessage extends StoredMessage {
  readonly receiptHandle: string;
}

export interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/**
 * A standard queue: at least once, in no promised order. Visibility timeouts are kept in memory only: after a
 * restart every message that was in flight can be received at once, since its receiver is gone as well.
 */
export class Queue {
  readonly definition: QueueDefinition;
  readonly #folder: MessageFolder;
  readonly #clock: Clock;
  readonly #deadLetters: () => Queue | undefined;
  readonly #entries = new Map<string, Entry>();
  readonly #fair = new FairGroups();
  readonly #waiting = new Set<() => void>();
  #closed = false;

  constructor(
    definition: QueueDefinition,
    folder: MessageFolder,
    clock: Clock,
    deadLetters: () => Queue | undefined,
  ) {
    this.definition = definition;
    this.#folder = folder;
    this.#clock = clock;
    this.#deadLetters = deadLetters;
  }

  async load(): Promise<void> {
    for (const message of await this.#folder.load()) this.#remember(message);
  }

  async send(
    body: string,
    delaySeconds: number,
    { traceHeader, group }: Pick<StoredMessage, "traceHeader" | "group"> = {},
  ): Promise<string> {
    const now = this.#clock();
    const message = {
      id: randomUUID(),
      body,
      sentAt: now,
      availableAt: now + delaySeconds * 1000,
      receiveCount: 0,
      ...(traceHeader !== undefined && { traceHeader }),
      ...(group !== undefined && { group }),
    };
    await this.#add(message);
    return message.id;
  }

  /** Waits up to `waitSeconds` for the first message. `twice`: what is delivered now can be received again at once. */
  async receive(
    most: number,
    visibilitySeconds: number,
    waitSeconds: number,
    twice: boolean,
  ): Promise<readonly ReceivedMessage[]> {
    const deadline = this.#clock() + waitSeconds * 1000;
    for (;;) {
      const messages = await this.#take(most, twice ? 0 : visibilitySeconds);
      const left = deadline - this.#clock();
      if (messages.length > 0 || left <= 0 || this.#closed) return messages;
      await this.#untilSomething(left);
    }
  }

  async delete(receiptHandle: string): Promise<void> {
    const entry = this.#inFlight(receiptHandle);
    if (!entry) return;
    this.#fair.handled(entry.group, this.#clock() - entry.receivedAt, this.#clock());
    this.#entries.delete(entry.id);
    await this.#folder.remove(entry.id);
  }

  changeVisibility(receiptHandle: string, seconds: number): void {
    const entry = this.#inFlight(receiptHandle);
    if (!entry || entry.visibleAt <= this.#clock()) {
      throw new AwsFailure("MessageNotInflight", "The specified message isn't in flight.");
    }
    const visibleAt = this.#clock() + seconds * 1000;
    // Counted from the receive (SQS developer guide, "Visibility timeout": 12 hours in all).
    if (visibleAt - entry.receivedAt > longestVisibilitySeconds * 1000) {
      throw new AwsFailure(
        "InvalidParameterValue",
        `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [${longestVisibilitySeconds} seconds].`,
      );
    }
    entry.visibleAt = visibleAt;
    this.#wake();
  }

  /** Gives a received message to the dead letters at once; drops it where there is no queue for them. */
  async setAside(receiptHandle: string): Promise<void> {
    const entry = this.#inFlight(receiptHandle);
    if (entry) await this.#bury(entry);
  }

  counts(): QueueCounts {
    const now = this.#clock();
    const hidden = [...this.#entries.values()].filter(({ visibleAt }) => visibleAt > now);
    const inFlight = hidden.filter(({ receipt }) => receipt !== undefined).length;
    return { visible: this.#entries.size - hidden.length, inFlight, delayed: hidden.length - inFlight };
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  async #add(message: StoredMessage): Promise<void> {
    await this.#folder.add(message);
    this.#remember(message);
    this.#wake();
  }

  #remember({ id, sentAt, availableAt, receiveCount, group }: StoredMessage): void {
    this.#entries.set(id, {
      id,
      sentAt,
      availableAt,
      visibleAt: availableAt,
      receiveCount,
      ...(group !== undefined && { group }),
      receipt: undefined,
      receivedAt: 0,
    });
  }

  async #take(most: number, visibilitySeconds: number): Promise<readonly ReceivedMessage[]> {
    const now = this.#clock();
    const { redrive, retentionSeconds } = this.definition;
    const taken: ReceivedMessage[] = [];
    for (const entry of this.#inFairOrder(now)) {
      if (taken.length === most) break;
      if (entry.visibleAt > now || !this.#entries.has(entry.id)) continue;
      // Hidden before the first await, so that no other receive takes it meanwhile.
      entry.visibleAt = now + visibilitySeconds * 1000;
      if (entry.sentAt + retentionSeconds * 1000 <= now) await this.#drop(entry);
      else if (redrive && entry.receiveCount >= redrive.maxReceiveCount) await this.#bury(entry);
      else taken.push(await this.#deliver(entry, now));
    }
    return taken;
  }

  #inFairOrder(now: number): readonly Entry[] {
    const all = [...this.#entries.values()];
    const inFlight = all.filter(({ receipt, visibleAt }) => receipt !== undefined && visibleAt > now);
    return this.#fair.order(
      all.filter(({ visibleAt }) => visibleAt <= now),
      inFlight,
      now,
    );
  }

  async #deliver(entry: Entry, now: number): Promise<ReceivedMessage> {
    entry.receiveCount++;
    entry.receipt = randomUUID();
    entry.receivedAt = now;
    const { receipt, receiveCount } = entry;
    const message = { firstReceivedAt: now, ...(await this.#folder.read(entry.id)), receiveCount };
    await this.#folder.write(message);
    return { ...message, receiptHandle: Buffer.from(`${entry.id} ${receipt}`).toString("base64url") };
  }

  async #drop(entry: Entry): Promise<void> {
    this.#entries.delete(entry.id);
    await this.#folder.remove(entry.id);
  }

  /** Written to the dead-letter queue first: a crash in between doubles the message and loses nothing. */
  async #bury(entry: Entry): Promise<void> {
    const message = await this.#folder.read(entry.id);
    const target = this.#deadLetters();
    if (target) await target.#add({ ...message, receiveCount: 0, availableAt: this.#clock() });
    await this.#drop(entry);
  }

  #inFlight(receiptHandle: string): Entry | undefined {
    const [id = "", receipt] = Buffer.from(receiptHandle, "base64url").toString().split(" ");
    if (!/^[0-9a-f-]{36}$/.test(id) || receipt === undefined) {
      throw new AwsFailure("ReceiptHandleIsInvalid", "The input receipt handle is invalid.");
    }
    const entry = this.#entries.get(id);
    return entry?.receipt === receipt ? entry : undefined;
  }

  /** Resolves when a message was added or shown, at the next message's time, or after `milliseconds`. */
  #untilSomething(milliseconds: number): Promise<void> {
    const now = this.#clock();
    const next = [...this.#entries.values()].reduce(
      (least, { visibleAt }) => Math.min(least, visibleAt),
      now + milliseconds,
    );
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, Math.max(1, next - now));
      this.#waiting.add(done);
    });
  }

  #wake(): void {
    for (const done of [...this.#waiting]) done();
  }
}
