import { bytesOf, elementsOf, equalValues, orderOf, typeOf } from "./compare-values.ts";
import type { AttributeValue, Item } from "./item.ts";
import { isCondition, isPath, type ParsedCondition, type ParsedOperand } from "./parsed-condition.ts";
import { valueAt } from "./value-at.ts";

/**
 * Whether a parsed condition or filter holds for an item (undefined: there is none), by the developer guide, "Condition
 * and filter expressions, operators, and functions". dynalite's own evaluator fails on absent operands and does not
 * see that two maps are equal.
 */
export function holdsCondition(condition: ParsedCondition, item: Item | undefined): boolean {
  const { type, args } = condition;
  const inner = (index: number) => holdsCondition(args[index] as ParsedCondition, item);
  if (type === "and") return inner(0) && inner(1);
  if (type === "or") return inner(0) || inner(1);
  if (type === "not") return !inner(0);
  const [value, ...others] = args.map((operand) => operandValue(operand, item));
  const [other, last] = others;
  switch (type === "function" ? condition.name : type) {
    case "attribute_exists":
      return value !== undefined;
    case "attribute_not_exists":
      return value === undefined;
    case "attribute_type":
      return value !== undefined && typeOf(value) === other?.S;
    case "begins_with":
      return beginsWith(value, other);
    case "contains":
      return contains(value, other);
    case "between":
      return compares(">=", value, other) && compares("<=", value, last);
    case "in":
      return others.some((one) => compares("=", value, one));
    default:
      return compares(type, value, other);
  }
}

function operandValue(operand: ParsedOperand, item: Item | undefined): AttributeValue | undefined {
  if (isPath(operand)) return valueAt(operand, item);
  if (!isCondition(operand)) return operand;
  const sized = operand.args[0] && operandValue(operand.args[0], item);
  const size = sized && sizeOf(sized);
  return size === undefined ? undefined : { N: String(size) };
}

function sizeOf(value: AttributeValue): number | undefined {
  if (value.B !== undefined) return bytesOf(value.B).length;
  return value.S?.length ?? elementsOf(value)?.length ?? (value.M && Object.keys(value.M).length);
}

function compares(
  type: string,
  value: AttributeValue | undefined,
  other: AttributeValue | undefined,
): boolean {
  // What is absent is unequal to everything, and in no order.
  if (value === undefined || other === undefined) return type === "<>";
  if (type === "=") return equalValues(value, other);
  if (type === "<>") return !equalValues(value, other);
  const order = orderOf(value, other);
  if (order === undefined) return false;
  if (type === "<") return order < 0;
  if (type === "<=") return order <= 0;
  return type === ">" ? order > 0 : order >= 0;
}

function beginsWith(value: AttributeValue | undefined, start: AttributeValue | undefined): boolean {
  if (value?.S !== undefined && start?.S !== undefined) return value.S.startsWith(start.S);
  if (value?.B === undefined || start?.B === undefined) return false;
  const bytes = bytesOf(start.B);
  return bytesOf(value.B).subarray(0, bytes.length).equals(bytes);
}

function contains(value: AttributeValue | undefined, wanted: AttributeValue | undefined): boolean {
  if (value === undefined || wanted === undefined) return false;
  if (value.S !== undefined && wanted.S !== undefined) return value.S.includes(wanted.S);
  if (value.B !== undefined && wanted.B !== undefined) return bytesOf(value.B).includes(bytesOf(wanted.B));
  return elementsOf(value)?.some((element) => equalValues(element, wanted)) ?? false;
}
