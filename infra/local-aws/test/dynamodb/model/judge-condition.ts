import { ownValue } from "../../../own-value.ts";
import type { Comparator, Condition, Operand, Path } from "./expression.ts";
import {
  areEqual,
  type Document,
  isSet,
  membersOf,
  misreadsBounds,
  order,
  typeOf,
  type Value,
} from "./values.ts";

/** True or false; `refused`: a ValidationException; `unsaid`: the documentation does not say. */
export type Verdict = boolean | "refused" | "unsaid";

class Refused extends Error {}
class Unsaid extends Error {}

/** What the documentation says of a condition on an item (`{}` for no item). */
export function judgeCondition(condition: Condition, item: Document): Verdict {
  try {
    // What is wrong in the expression itself is refused, whatever the item.
    check(condition);
    return holds(condition, item);
  } catch (error) {
    if (error instanceof Refused) return "refused";
    if (error instanceof Unsaid) return "unsaid";
    throw error;
  }
}

export function valueAt(item: Document, path: Path): Value | undefined {
  let value: Value | undefined = { M: item };
  for (const step of path) {
    if (value === undefined) return undefined;
    if (typeof step === "number") value = value.L?.[step];
    else value = ownValue(value.M, step);
  }
  return value;
}

const isOrdered = (value: Value): boolean => ["S", "N", "B"].includes(typeOf(value));

function check(condition: Condition): void {
  switch (condition.kind) {
    case "and":
    case "or":
      check(condition.left);
      check(condition.right);
      return;
    case "not":
      check(condition.inner);
      return;
    case "compare":
      if (condition.by !== "=" && condition.by !== "<>") requireOrdered([condition.left, condition.right]);
      requireDistinct(condition.left, condition.right);
      return;
    case "between": {
      const { left, low, high } = condition;
      requireOrdered([left, low, high]);
      if (low.kind !== "value" || high.kind !== "value") return;
      if (misreadsBounds(low.value, high.value)) throw new Unsaid();
      const sign = order(low.value, high.value);
      if (sign === undefined || sign > 0) throw new Refused();
      return;
    }
    case "begins": {
      const { path, operand } = condition;
      if (operand.kind === "value" && !["S", "B"].includes(typeOf(operand.value))) throw new Refused();
      requireDistinct({ kind: "path", path }, operand);
      return;
    }
    case "contains":
      // Guide, contains: "the path and the operand must be distinct".
      requireDistinct({ kind: "path", path: condition.path }, condition.operand);
      return;
    default:
      return;
  }
}

/** Only strings, numbers and binary have an order; what is in the item instead just does not compare (extenddb #216). */
function requireOrdered(operands: readonly Operand[]): void {
  for (const one of operands) if (one.kind === "value" && !isOrdered(one.value)) throw new Refused();
}

/** Two operands may not be the same path. Of two sizes nothing is said. */
function requireDistinct(first: Operand, other: Operand): void {
  if (first.kind === "value" || first.kind !== other.kind) return;
  if (JSON.stringify(first.path) !== JSON.stringify(other.path)) return;
  throw first.kind === "path" ? new Refused() : new Unsaid();
}

function holds(condition: Condition, item: Document): boolean {
  const at = (path: Path) => valueAt(item, path);
  switch (condition.kind) {
    case "and": {
      const both = [holds(condition.left, item), holds(condition.right, item)];
      return both.every(Boolean);
    }
    case "or": {
      const both = [holds(condition.left, item), holds(condition.right, item)];
      return both.some(Boolean);
    }
    case "not":
      return !holds(condition.inner, item);
    case "exists":
      return at(condition.path) !== undefined;
    case "absent":
      return at(condition.path) === undefined;
    case "type": {
      const value = at(condition.path);
      return value !== undefined && typeOf(value) === condition.type;
    }
    case "compare":
      return compares(condition.by, operandOf(condition.left, item), operandOf(condition.right, item));
    case "between": {
      const [value, low, high] = [condition.left, condition.low, condition.high].map((one) =>
        operandOf(one, item),
      );
      return compares(">=", value, low) && compares("<=", value, high);
    }
    case "in": {
      const value = operandOf(condition.left, item);
      return condition.list.some((one) => compares("=", value, operandOf(one, item)));
    }
    case "begins":
      return begins(at(condition.path), operandOf(condition.operand, item));
    case "contains":
      return contains(at(condition.path), operandOf(condition.operand, item));
  }
}

function operandOf(operand: Operand, item: Document): Value | undefined {
  if (operand.kind === "value") return operand.value;
  const value = valueAt(item, operand.path);
  if (operand.kind === "path" || value === undefined) return value;
  const size = sizeOf(value);
  return size === undefined ? undefined : { N: String(size) };
}

/** Guide, size: a string's length, a binary's bytes, the elements of a set, the children of a list or map. */
function sizeOf(value: Value): number | undefined {
  if (value.S !== undefined) {
    // "Length" may mean characters, code units or bytes.
    if (/[^\x20-\x7e]/.test(value.S)) throw new Unsaid();
    return value.S.length;
  }
  if (value.B !== undefined) return value.B.length;
  if (value.L) return value.L.length;
  if (value.M) return Object.keys(value.M).length;
  return isSet(value) ? membersOf(value).length : undefined;
}

function compares(by: Comparator, left: Value | undefined, right: Value | undefined): boolean {
  if (left === undefined || right === undefined) {
    if (by === "<>" && left === right) throw new Unsaid();
    return by === "<>";
  }
  if (by === "=") return areEqual(left, right);
  if (by === "<>") return !areEqual(left, right);
  const sign = order(left, right);
  if (sign === undefined) return false;
  return { "<": sign < 0, "<=": sign <= 0, ">": sign > 0, ">=": sign >= 0 }[by];
}

function begins(value: Value | undefined, start: Value | undefined): boolean {
  if (value?.S !== undefined && start?.S !== undefined) return value.S.startsWith(start.S);
  if (value?.B !== undefined && start?.B !== undefined)
    return Buffer.from(value.B).subarray(0, start.B.length).equals(Buffer.from(start.B));
  return false;
}

/** Guide, contains: a substring of a string, an element of a set or list. */
function contains(value: Value | undefined, wanted: Value | undefined): boolean {
  if (value === undefined || wanted === undefined) return false;
  if (value.S !== undefined && wanted.S !== undefined) return value.S.includes(wanted.S);
  if (value.B !== undefined && wanted.B !== undefined)
    return Buffer.from(value.B).includes(Buffer.from(wanted.B));
  const elements = value.L ?? (isSet(value) ? membersOf(value) : []);
  return elements.some((one) => areEqual(one, wanted));
}
