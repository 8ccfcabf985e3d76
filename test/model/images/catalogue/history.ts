import type { ImageState } from "./seen-by.ts";

/** A state and when it may have held: from the request that made it to the answer of the one that ended it. */
interface Era {
  readonly state: ImageState | undefined;
  readonly from: number;
  until: number;
}

/**
 * One image's states in the order of its one writer. A reader between the request and the answer of a change may
 * find the state before or after it.
 */
export class History {
  readonly owner: string;
  private readonly eras: Era[] = [{ state: undefined, from: 0, until: Number.POSITIVE_INFINITY }];

  constructor(owner: string) {
    this.owner = owner;
  }

  /** Notes a change that was asked for at `asked`; the states before it may be seen until `settle`. */
  begin(state: ImageState | undefined, asked: number): void {
    this.eras.push({ state, from: asked, until: Number.POSITIVE_INFINITY });
  }

  /** The newest state alone holds since `answered`; `applied` false: the change did not happen. */
  settle(answered: number, applied = true): void {
    if (!applied) this.eras.pop();
    const newest = this.eras.at(-1);
    for (const era of this.eras) if (era !== newest) era.until = Math.min(era.until, answered);
  }

  /** Everything that a read between these moments may have found. */
  during(began: number, ended: number): (ImageState | undefined)[] {
    return this.eras.filter(({ from, until }) => from <= ended && until >= began).map(({ state }) => state);
  }
}
