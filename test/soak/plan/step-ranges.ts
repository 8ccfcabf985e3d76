/** Numbers of steps as a text: `0-7,9`. */
export function rangesOf(steps: readonly number[]): string {
  const ranges: [from: number, to: number][] = [];
  for (const step of steps) {
    const last = ranges.at(-1);
    if (last && step === last[1] + 1) last[1] = step;
    else ranges.push([step, step]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(",");
}

/** The numbers of such a text. Throws for any other. */
export function stepsIn(text: string): number[] {
  return text.split(",").flatMap((range) => {
    const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(range) ?? [];
    if (from === undefined) throw new Error(`expected steps like 0-7,9, not '${text}'`);
    return Array.from({ length: Number(to) - Number(from) + 1 }, (_, n) => Number(from) + n);
  });
}
