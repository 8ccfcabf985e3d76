import type { Path } from "./expression.ts";
import { valueAt } from "./judge-condition.ts";
import type { Document, Value } from "./values.ts";

/** The developer guide, "Using projection expressions": what stands at the paths, in the shape that it has. */
export function project(paths: readonly Path[], item: Document): Document {
  const found = paths.filter((path) => valueAt(item, path) !== undefined);
  return kept({ M: item }, found).M ?? {};
}

/** Only what the paths lead to; elements of a list keep their order and close up. */
function kept(value: Value, paths: readonly (readonly (string | number)[])[]): Value {
  if (paths.some((path) => path.length === 0)) return value;
  const rest = (step: string | number) =>
    paths.filter(([head]) => head === step).map(([, ...others]) => others);
  const inner = (step: string | number, one: Value) => {
    const below = rest(step);
    return below.length > 0 ? [kept(one, below)] : [];
  };
  if (value.L) return { L: value.L.flatMap((one, index) => inner(index, one)) };
  const members = Object.entries(value.M ?? {}).flatMap(([name, one]) =>
    inner(name, one).map((only) => [name, only] as const),
  );
  return { M: Object.fromEntries(members) };
}

/** Of two paths of one projection neither may lead through the other, nor may one take a map for a list. */
export function overlap(paths: readonly Path[]): boolean {
  return paths.some((one, index) =>
    paths.slice(index + 1).some((other) => {
      const shared = Math.min(one.length, other.length);
      const fork = one.findIndex((step, depth) => depth >= shared || step !== other[depth]);
      return fork === -1 || fork >= shared || typeof one[fork] !== typeof other[fork];
    }),
  );
}
