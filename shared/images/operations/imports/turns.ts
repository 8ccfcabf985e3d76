/** Turns that are taken, so many at a time and in the order of asking, and given back. */
export interface Turns {
  readonly take: () => Promise<void>;
  readonly give: () => void;
}

/** Bounds what is held at a time, where what is taken is given back elsewhere and later. */
export function turns(most: number): Turns {
  let free = most;
  const asking: (() => void)[] = [];
  return {
    take: async () => {
      if (free > 0) free--;
      else await new Promise<void>((resolve) => asking.push(resolve));
    },
    give: () => {
      const next = asking.shift();
      if (next) next();
      else free++;
    },
  };
}
