import { compareText } from "../text/text-order.ts";

/** A record's place in a listing: equal places are the same record. */
export interface Entry<Scope> {
  readonly position: string;
  readonly id: string;
  /** The scopes whose entry it is. */
  readonly scopes: readonly Scope[];
}

/** Merges ordered streams into one; a record of several streams comes once, with the scopes of all. */
export async function* merged<Scope>(
  streams: readonly AsyncGenerator<Entry<Scope>>[],
  direction: "asc" | "desc",
): AsyncGenerator<Entry<Scope>> {
  const sign = direction === "asc" ? 1 : -1;
  const heads = await Promise.all(streams.map((stream) => stream.next()));
  for (;;) {
    let first: Entry<Scope> | undefined;
    for (const { done, value } of heads) {
      if (done) continue;
      const difference = first ? sign * compareText(value.position, first.position) : -1;
      if (difference < 0) first = value;
      else if (first && difference === 0) first = { ...first, scopes: [...first.scopes, ...value.scopes] };
    }
    if (first === undefined) return;
    yield first;
    const { position } = first;
    await Promise.all(
      heads.map(async ({ done, value }, index) => {
        const stream = streams[index];
        if (stream && !done && value.position === position) heads[index] = await stream.next();
      }),
    );
  }
}
