import { decimalOf, negated, precisionOf, sumOf, textOf } from "./decimal.ts";
import type { Action, Path, Source } from "./expression.ts";
import { valueAt } from "./judge-condition.ts";
import { areEqual, type Document, isSet, membersOf, setOf, typeOf, type Value } from "./values.ts";

class Refused extends Error {}
class Unsaid extends Error {}

/** The item after an update; `refused`: a ValidationException; `unsaid`: the documentation does not say. */
export type Updated = Document | "refused" | "unsaid";

/**
 * Developer guide, "Using update expressions". All that is read is read of the item as it was; what is set beyond the
 * end of a list is appended, in the order of the indexes.
 */
export function applyUpdate(actions: readonly Action[], item: Document): Updated {
  try {
    actions.forEach(checkValue);
    checkOverlaps(actions.map(({ path }) => path));
    const written = actions.map((action) => [action, outcomeOf(action, item)] as const);
    const after = structuredClone(item);
    for (const [{ path }, value] of inOrder(written)) if (value !== undefined) setAt(after, path, value);
    const removed = written.filter(([, value]) => value === undefined).map(([{ path }]) => path);
    for (const path of lastFirst(removed)) removeAt(after, path);
    return after;
  } catch (error) {
    if (error instanceof Refused) return "refused";
    if (error instanceof Unsaid) return "unsaid";
    throw error;
  }
}

/** ADD takes numbers and sets, DELETE sets, whatever the item. */
function checkValue(action: Action): void {
  if (action.clause === "ADD" && !isSet(action.value) && typeOf(action.value) !== "N") throw new Refused();
  if (action.clause === "DELETE" && !isSet(action.value)) throw new Refused();
  if (action.clause === "SET") checkLiterals(action.source);
}

function checkLiterals(source: Source): void {
  const literal = (one: Source, type: string) => {
    if (one.kind === "value" && typeOf(one.value) !== type) throw new Refused();
    checkLiterals(one);
  };
  if (source.kind === "append") for (const one of [source.first, source.second]) literal(one, "L");
  if (source.kind === "plus" || source.kind === "minus")
    for (const one of [source.left, source.right]) literal(one, "N");
  if (source.kind === "ifNotExists") checkLiterals(source.otherwise);
}

/** No two paths of an update may be the same, nor may one lead through another, or take a map for a list. */
function checkOverlaps(paths: readonly Path[]): void {
  for (const [index, one] of paths.entries())
    for (const other of paths.slice(index + 1)) {
      const shared = Math.min(one.length, other.length);
      const fork = one.findIndex((step, depth) => depth >= shared || step !== other[depth]);
      if (fork === -1 || fork >= shared) throw new Refused();
      if (typeof one[fork] !== typeof other[fork]) throw new Refused();
    }
}

/** What stands at the path afterwards; undefined: nothing. */
function outcomeOf(action: Action, item: Document): Value | undefined {
  const before = valueAt(item, action.path);
  if (action.clause === "SET") {
    requireParent(item, action.path);
    return sourceOf(action.source, item);
  }
  if (action.clause === "REMOVE") {
    requireParent(item, action.path);
    return undefined;
  }
  // "ADD and DELETE can only be used on top-level attributes": what nested ones do is not said.
  if (action.path.length > 1) throw new Unsaid();
  if (before !== undefined && typeOf(before) !== typeOf(action.value)) throw new Refused();
  if (action.clause === "ADD" && action.value.N !== undefined)
    return sum(before ?? { N: "0" }, action.value, 1);
  const old = before ? membersOf(before) : [];
  const given = membersOf(action.value);
  const isGiven = (member: Value) => given.some((one) => areEqual(one, member));
  const others = old.filter((member) => !isGiven(member));
  const members = action.clause === "ADD" ? [...others, ...given] : others;
  return members.length === 0 ? undefined : setOf(action.value, members);
}

function requireParent(item: Document, path: Path): void {
  const [head, ...rest] = path;
  if (rest.length === 0) return;
  const parent = valueAt(item, [head, ...rest.slice(0, -1)]);
  if (typeof rest.at(-1) === "number" ? !parent?.L : !parent?.M) throw new Refused();
}

function sourceOf(source: Source, item: Document): Value {
  switch (source.kind) {
    case "value":
      return source.value;
    case "path": {
      const value = valueAt(item, source.path);
      if (value === undefined) throw new Refused();
      return value;
    }
    case "ifNotExists":
      return valueAt(item, source.path) ?? sourceOf(source.otherwise, item);
    case "append": {
      const [first, second] = [sourceOf(source.first, item).L, sourceOf(source.second, item).L];
      if (!first || !second) throw new Refused();
      return { L: [...first, ...second] };
    }
    default:
      return sum(sourceOf(source.left, item), sourceOf(source.right, item), source.kind === "plus" ? 1 : -1);
  }
}

function sum({ N: left }: Value, { N: right }: Value, sign: 1 | -1): Value {
  if (left === undefined || right === undefined) throw new Refused();
  const [one, other] = [decimalOf(left), decimalOf(right)];
  const result = sumOf(one, sign === 1 ? other : negated(other));
  // Whether such a sum is rounded or refused is not said.
  if (precisionOf(result) > 38) throw new Unsaid();
  return { N: textOf(result) };
}

const indexOf = ({ path }: Action): number => (typeof path.at(-1) === "number" ? Number(path.at(-1)) : 0);
const inOrder = (written: readonly (readonly [Action, Value | undefined])[]) =>
  written.toSorted(([a], [b]) => indexOf(a) - indexOf(b));

function setAt(item: Document, path: Path, value: Value): void {
  const [head, ...rest] = path;
  const last = rest.at(-1);
  if (last === undefined) Object.assign(item, { [head]: value });
  else {
    const parent = valueAt(item, [head, ...rest.slice(0, -1)]);
    if (typeof last === "number" && parent?.L) parent.L[Math.min(last, parent.L.length)] = value;
    else if (parent?.M) Object.assign(parent.M, { [last]: value });
  }
}

/** Elements leave from the end of a list on, so that none moves before its turn. */
const lastFirst = (paths: readonly Path[]): readonly Path[] =>
  paths.toSorted((a, b) => b.length - a.length || Number(b.at(-1)) - Number(a.at(-1)) || 0);

function removeAt(item: Document, path: Path): void {
  const [head, ...rest] = path;
  const last = rest.at(-1);
  if (last === undefined) Reflect.deleteProperty(item, head);
  else {
    const parent = valueAt(item, [head, ...rest.slice(0, -1)]);
    if (typeof last === "number") parent?.L?.splice(last, 1);
    else if (parent?.M) Reflect.deleteProperty(parent.M, String(last));
  }
}
