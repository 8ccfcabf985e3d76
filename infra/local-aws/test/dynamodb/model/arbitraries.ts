import fc from "fast-check";
import type { Action, Comparator, Condition, Operand, Path, Source } from "./expression.ts";
import type { Document, TypeName, Value } from "./values.ts";
import { plainNames } from "./write-expression.ts";

/** Names that need a placeholder beside those that do not: a reserved word, a dot, a dash, one that objects inherit. */
const names = fc.constantFrom(...plainNames, "size", "a.b", "with-dash", "constructor");

const strings = fc.constantFrom("", "a", "ab", "abc", "b", "B", "é", "\uFF5E", "\u{1F600}", "aa");
const numbers = fc.constantFrom(
  "0",
  "1",
  "1.0",
  "-1",
  "10",
  "9",
  "0.1",
  "1e2",
  "100",
  "-0.5",
  "12345678901234567890",
);
const binaries = fc
  .constantFrom([], [0], [127], [128], [255], [1, 2], [1])
  .map((bytes) => Uint8Array.from(bytes));

const different = { minLength: 1, maxLength: 3 };
const scalars: fc.Arbitrary<Value> = fc.oneof(
  strings.map((S): Value => ({ S })),
  numbers.map((N): Value => ({ N })),
  binaries.map((B): Value => ({ B })),
  fc.boolean().map((BOOL): Value => ({ BOOL })),
  fc.constant<Value>({ NULL: true }),
);
export const sets: fc.Arbitrary<Value> = fc.oneof(
  fc.uniqueArray(strings, different).map((SS): Value => ({ SS })),
  fc.uniqueArray(fc.constantFrom("1", "2", "3", "10", "-1"), different).map((NS): Value => ({ NS })),
  fc.uniqueArray(binaries, { ...different, selector: (bytes) => bytes.join() }).map((BS): Value => ({ BS })),
);
const { value: values } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", maxDepth: 2 },
    scalars,
    sets,
    fc.array(tie("value"), { maxLength: 3 }).map((L): Value => ({ L })),
    fc.dictionary(names, tie("value"), { maxKeys: 3, noNullPrototype: true }).map((M): Value => ({ M })),
  ),
}));

export { values };

/** The attributes of an item, without its key. */
export const documents: fc.Arbitrary<Document> = fc.dictionary(names, values, {
  maxKeys: 6,
  noNullPrototype: true,
});

const isPath = (path: readonly (string | number)[]): path is Path => typeof path[0] === "string";
const anyPaths: fc.Arbitrary<Path> = fc
  .tuple(names, fc.array(fc.oneof(names, fc.nat(2)), { maxLength: 2 }))
  .map(([head, rest]) => [head, ...rest]);

function pathsWithin(value: Value, before: readonly (string | number)[]): Path[] {
  const steps: [string | number, Value][] = [...Object.entries(value.M ?? {}), ...(value.L ?? []).entries()];
  return steps.flatMap(([step, inner]) => {
    const path = [...before, step];
    return isPath(path) ? [path, ...pathsWithin(inner, path)] : [];
  });
}

/** Paths that mostly lead to something. */
export function pathsOf(item: Document): fc.Arbitrary<Path> {
  const there = pathsWithin({ M: item }, []);
  return there.length === 0
    ? anyPaths
    : fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...there) }, anyPaths);
}

export const spellings = fc.nat(29);
const comparators = fc.constantFrom<Comparator>("=", "<>", "<", "<=", ">", ">=");
const types = fc.constantFrom<TypeName>("S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M");

export function conditionsOn(item: Document): fc.Arbitrary<Condition> {
  const paths = pathsOf(item);
  // Values that stand in the item, so that something is equal now and then.
  const inside = Object.values(item).flatMap((value) => [
    value,
    ...(value.L ?? []),
    ...Object.values(value.M ?? {}),
  ]);
  const literals = (inside.length > 0 ? fc.oneof(values, fc.constantFrom(...inside)) : values).map(
    (value): Operand => ({ kind: "value", value }),
  );
  const references = paths.map((path): Operand => ({ kind: "path", path }));
  const sizes = paths.map((path): Operand => ({ kind: "size", path }));
  const operands = fc.oneof({ weight: 3, arbitrary: references }, literals, sizes);
  const leaf: fc.Arbitrary<Condition> = fc.oneof(
    fc.record({ kind: fc.constant("compare" as const), by: comparators, left: operands, right: operands }),
    fc.record({ kind: fc.constant("between" as const), left: operands, low: operands, high: operands }),
    fc.record({
      kind: fc.constant("in" as const),
      left: operands,
      list: fc.array(operands, { minLength: 1, maxLength: 4 }),
    }),
    fc.record({ kind: fc.constantFrom("exists" as const, "absent" as const), path: paths }),
    fc.record({ kind: fc.constant("type" as const), path: paths, type: types }),
    fc.record({
      kind: fc.constantFrom("begins" as const, "contains" as const),
      path: paths,
      operand: fc.oneof(references, literals),
    }),
  );
  return fc.letrec<{ condition: Condition }>((tie) => ({
    condition: fc.oneof(
      { depthSize: "medium", maxDepth: 4 },
      leaf,
      fc.record({
        kind: fc.constantFrom("and" as const, "or" as const),
        left: tie("condition"),
        right: tie("condition"),
      }),
      fc.record({ kind: fc.constant("not" as const), inner: tie("condition") }),
    ),
  })).condition;
}

export function updatesOf(item: Document): fc.Arbitrary<readonly Action[]> {
  const paths = pathsOf(item);
  const numberValues = numbers.map((N): Value => ({ N }));
  const lists = fc.array(scalars, { maxLength: 2 }).map((L): Value => ({ L }));
  const literalOf = (from: fc.Arbitrary<Value>) => from.map((value): Source => ({ kind: "value", value }));
  const reference = paths.map((path): Source => ({ kind: "path", path }));
  const ifNotExists = (otherwise: fc.Arbitrary<Source>) =>
    fc.record({ kind: fc.constant("ifNotExists" as const), path: paths, otherwise });
  const terms = (from: fc.Arbitrary<Value>) =>
    fc.oneof(literalOf(from), reference, ifNotExists(literalOf(from)));
  const sources: fc.Arbitrary<Source> = fc.oneof(
    literalOf(values),
    reference,
    ifNotExists(fc.oneof(literalOf(values), reference)),
    fc.record({ kind: fc.constant("append" as const), first: terms(lists), second: terms(lists) }),
    fc.record({
      kind: fc.constantFrom("plus" as const, "minus" as const),
      left: terms(numberValues),
      right: terms(numberValues),
    }),
  );
  const heads = Object.keys(item);
  const tops: fc.Arbitrary<Path> = (
    heads.length > 0 ? fc.oneof(fc.constantFrom(...heads), names) : names
  ).map((name): Path => [name]);
  const given = fc.oneof(
    { weight: 2, arbitrary: sets },
    { weight: 2, arbitrary: numberValues },
    scalars,
    fc.constantFrom(...Object.values(item), { N: "1" } as Value),
  );
  const action: fc.Arbitrary<Action> = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ clause: fc.constant("SET" as const), path: paths, source: sources }),
    },
    { weight: 2, arbitrary: fc.record({ clause: fc.constant("REMOVE" as const), path: paths }) },
    fc.record({ clause: fc.constantFrom("ADD" as const, "DELETE" as const), path: tops, value: given }),
  );
  return fc.array(action, { minLength: 1, maxLength: 4 });
}
