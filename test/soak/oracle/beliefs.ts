/** A change that somebody has asked for. */
export interface Effect<State> {
  readonly what: string;
  /** The states to which it may lead from this one; none: it cannot happen there. */
  apply(state: State): readonly State[];
}

interface Doubt<State> {
  readonly effect: Effect<State>;
  /** Nobody works on it any more after this moment. */
  readonly until: number;
}

interface Alternative<State> {
  readonly state: State;
  /** What may still happen to it. */
  readonly open: readonly Doubt<State>[];
}

/**
 * What can be true of one thing by the answers that its clients got. An acknowledged change has happened; one whose
 * answer was lost may have, may yet, or may never: until a read settles it.
 */
export class Beliefs<State> {
  #alternatives: readonly Alternative<State>[];

  readonly #clock: () => number;

  constructor(first: State, clock: () => number = Date.now) {
    this.#clock = clock;

    this.#alternatives = [{ state: first, open: [] }];
  }

  /** All states that it may be in now. */
  possible(): readonly State[] {
    return distinct(this.#closed().map(({ state }) => ({ state, open: [] }))).map(({ state }) => state);
  }

  /** The only state that it can be in, if there is but one and nothing is open. */
  certain(): State | undefined {
    const [first, ...others] = this.#closed();
    return others.length === 0 ? first?.state : undefined;
  }

  doubted(effect: Effect<State>, milliseconds: number): void {
    const doubt = { effect, until: this.#clock() + milliseconds };
    this.#alternatives = this.#closed().map(({ state, open }) => ({ state, open: [...open, doubt] }));
  }

  /** These have happened, in whatever order. False: in none can they. */
  acknowledged(...effects: readonly Effect<State>[]): boolean {
    const before = this.#closed();
    const after = orders(effects).flatMap((order) =>
      order.reduce<readonly Alternative<State>[]>(
        (reached, effect) =>
          reached.flatMap(({ state, open }) =>
            closed(effect.apply(state).map((next) => ({ state: next, open }))),
          ),
        before,
      ),
    );
    return this.#keep(after);
  }

  /** Keeps what agrees with what was seen. False: nothing does. */
  observed(agrees: (state: State) => boolean): boolean {
    return this.#keep(this.#closed().filter(({ state }) => agrees(state)));
  }

  #keep(alternatives: readonly Alternative<State>[]): boolean {
    if (alternatives.length === 0) return false;
    this.#alternatives = distinct(alternatives);
    return true;
  }

  #closed(): readonly Alternative<State>[] {
    const now = this.#clock();
    const all = closed(this.#alternatives);
    this.#alternatives = distinct(
      all.map(({ state, open }) => ({ state, open: open.filter(({ until }) => until >= now) })),
    );
    return this.#alternatives;
  }
}

/** With all that open doubts may have done to them. */
function closed<State>(alternatives: readonly Alternative<State>[]): readonly Alternative<State>[] {
  let reached = distinct(alternatives);
  for (let edge = reached; edge.length > 0; ) {
    const next = edge.flatMap(({ state, open }) =>
      open.flatMap((doubt) =>
        doubt.effect
          .apply(state)
          .map((after) => ({ state: after, open: open.filter((other) => other !== doubt) })),
      ),
    );
    const before = reached.length;
    reached = distinct([...reached, ...next]);
    edge = reached.slice(before);
  }
  return reached;
}

const ids = new WeakMap<object, number>();
let lastId = 0;
const idOf = (doubt: object): number => {
  const id = ids.get(doubt) ?? ++lastId;
  ids.set(doubt, id);
  return id;
};

function distinct<State>(alternatives: readonly Alternative<State>[]): readonly Alternative<State>[] {
  const seen = new Map<string, Alternative<State>>();
  for (const one of alternatives) {
    const key = JSON.stringify([one.state, one.open.map(idOf).toSorted((a, b) => a - b)]);
    if (!seen.has(key)) seen.set(key, one);
  }
  return [...seen.values()];
}

function orders<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((item, at) =>
    orders(items.filter((_, other) => other !== at)).map((rest) => [item, ...rest]),
  );
}
