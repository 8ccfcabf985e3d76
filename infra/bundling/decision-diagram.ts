/** How the SDK finds an endpoint: nodes are triples of a condition, where to go if it holds, and where if not. */
export interface DecisionDiagram {
  readonly nodes: readonly number[];
  readonly root: number;
  readonly conditions: readonly DiagramCondition[];
  readonly results: readonly unknown[];
}

/** A function, its arguments, and the name that its value gets. */
export type DiagramCondition = readonly [fn: string, argv: unknown, assigned?: string];

/** From here on a reference is a result (@smithy/core, decideEndpoint). */
const RESULT = 100_000_000;

const isNode = (ref: number): boolean => ref > 1 && ref < RESULT;

function partsOf({ nodes, conditions }: DecisionDiagram, ref: number) {
  const [which = -1, high = -1, low = -1] = nodes.slice(3 * (ref - 1), 3 * ref);
  const condition = conditions[which];
  if (condition === undefined || [high, low].some((each) => each < -1))
    throw new Error("the SDK's endpoints are decided in another way than this knows");
  return { which, condition, high, low };
}

/** The same decisions where `never` says which conditions do not hold: what only they lead to is gone. */
export function restricted(
  diagram: DecisionDiagram,
  never: (condition: DiagramCondition) => boolean,
): DecisionDiagram {
  const nodes = [-1, 1, -1];
  const conditions: DiagramCondition[] = [];
  const results: unknown[] = [];
  const numbered = new Map<unknown, number>();
  const numberOf = <T>(value: T, list: T[]): number => {
    const known = numbered.get(value) ?? list.push(value) - 1;
    numbered.set(value, known);
    return known;
  };
  const placed = new Map<number, number>();
  const place = (ref: number): number => {
    if (ref >= RESULT) return RESULT + numberOf(diagram.results[ref - RESULT], results);
    if (!isNode(ref)) return ref;
    const known = placed.get(ref);
    if (known !== undefined) return known;
    const { condition, high, low } = partsOf(diagram, ref);
    const made = never(condition) ? place(low) : joined(condition, place(high), place(low));
    placed.set(ref, made);
    return made;
  };
  const joined = (condition: DiagramCondition, high: number, low: number): number => {
    // What assigns a name stays, though it decides nothing: later conditions may read the name.
    if (high === low && condition[2] === undefined) return high;
    return nodes.push(numberOf(condition, conditions), high, low) / 3;
  };
  return { root: place(diagram.root), nodes, conditions, results };
}
