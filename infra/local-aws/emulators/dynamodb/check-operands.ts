import { typeOf } from "./compare-values.ts";
import { isCondition, isPath, type ParsedCondition } from "./parsed-condition.ts";
import type { DynamodbRequest } from "./request.ts";

const ordering = new Set(["<", "<=", ">", ">=", "between"]);
const typesWithOrder = new Set(["S", "N", "B"]);
const typeNames = new Map([
  ["L", "LIST"],
  ["M", "MAP"],
]);

/**
 * What is wrong with the values that a condition or filter compares by order: only strings, numbers and binary have
 * one. The expression is refused whatever the item (API reference, Condition: LT, GT, BETWEEN; extenddb #216 met it on
 * AWS); an attribute of another type just does not compare. dynalite lets such values pass.
 */
export function checkOperands({ _condition, _filter }: DynamodbRequest): string | undefined {
  return checkIn("ConditionExpression", _condition) ?? checkIn("FilterExpression", _filter);
}

function checkIn(name: string, parsed: DynamodbRequest["_condition"]): string | undefined {
  const wrong = parsed && unordered(parsed.expression);
  return wrong && `Invalid ${name}: Incorrect operand type for operator or function; ${wrong}`;
}

function unordered({ type, args }: ParsedCondition): string | undefined {
  for (const operand of args) {
    if (isPath(operand)) continue;
    if (isCondition(operand)) {
      const wrong = unordered(operand);
      if (wrong !== undefined) return wrong;
    } else if (ordering.has(type) && !typesWithOrder.has(typeOf(operand))) {
      const given = typeNames.get(typeOf(operand)) ?? typeOf(operand);
      return `operator or function: ${type.toUpperCase()}, operand type: ${given}`;
    }
  }
  return undefined;
}
