/** Recent: what was so long ago counts half. */
const halfLifeMilliseconds = 60_000;
/** Shares above which a tenant is a noisy neighbour, and how many of its messages must be in flight at least. */
const noisyShare = 0.1;
const leastInFlight = 30;

interface Waiting {
  readonly group?: string;
}

interface Worked {
  milliseconds: number;
  at: number;
}

const weightAfter = (milliseconds: number): number => 0.5 ** (milliseconds / halfLifeMilliseconds);

/**
 * Fair queues (SQS developer guide, "How Amazon SQS fair queues work"): a group of messages is noisy while it has more than
 * a tenth of all messages in flight, and 30 of them, or of the recent time of processing. Messages of quiet groups come
 * first, then those of the noisy one that has least in flight. SQS says that its thresholds are approximate.
 */
export class FairGroups {
  readonly #worked = new Map<string, Worked>();

  /** A message was handled, in so long a time. */
  handled(group: string | undefined, milliseconds: number, now: number): void {
    if (group === undefined) return;
    this.#worked.set(group, { milliseconds: this.#recent(group, now) + milliseconds, at: now });
    for (const [name, { at }] of this.#worked)
      if (now - at > 10 * halfLifeMilliseconds) this.#worked.delete(name);
  }

  /** The order in which these are delivered; what has no group is a tenant of its own. */
  order<Message extends Waiting>(
    waiting: readonly Message[],
    inFlight: readonly (Waiting & { readonly receivedAt: number })[],
    now: number,
  ): readonly Message[] {
    if (!waiting.some(({ group }) => group !== undefined)) return waiting;
    const counts = new Map<string, number>();
    const times = new Map<string, number>();
    let time = 0;
    for (const group of this.#worked.keys()) {
      times.set(group, this.#recent(group, now));
      time += times.get(group) ?? 0;
    }
    for (const { group, receivedAt } of inFlight) {
      time += now - receivedAt;
      if (group === undefined) continue;
      counts.set(group, (counts.get(group) ?? 0) + 1);
      times.set(group, (times.get(group) ?? 0) + now - receivedAt);
    }
    /** 0 for a quiet one. */
    const rank = ({ group }: Message): number => {
      if (group === undefined) return 0;
      const count = counts.get(group) ?? 0;
      const isNoisy =
        (count >= leastInFlight && count > noisyShare * inFlight.length) ||
        (times.get(group) ?? 0) > noisyShare * time;
      return isNoisy ? 1 + count : 0;
    };
    return waiting
      .map((message) => ({ message, rank: rank(message) }))
      .sort((one, other) => one.rank - other.rank)
      .map(({ message }) => message);
  }

  #recent(group: string, now: number): number {
    const worked = this.#worked.get(group);
    return worked ? worked.milliseconds * weightAfter(now - worked.at) : 0;
  }
}
