import type { Item } from "./item.ts";
import { isCondition, isPath, type ParsedOperand } from "./parsed-condition.ts";
import type { DynamodbRequest } from "./request.ts";
import { valueAt } from "./value-at.ts";

/**
 * SET reads the item as it was. dynalite puts the very value that it finds into two places, so that in
 * `SET a = n ADD n :one` the addition would reach `a` too; here it gets copies. What is absent stays a path, which
 * dynalite refuses.
 */
export function copyOperands(request: DynamodbRequest, item: Item | undefined): DynamodbRequest {
  if (!request._updates) return request;
  const sections = request._updates.sections.map((section) =>
    section.type === "set" && section.val ? { ...section, val: copied(section.val, item) } : section,
  );
  return { ...request, _updates: { sections } };
}

function copied(operand: ParsedOperand, item: Item | undefined): ParsedOperand {
  if (isPath(operand)) return structuredClone(valueAt(operand, item)) ?? operand;
  if (!isCondition(operand)) return operand;
  const [first, otherwise] = operand.args;
  if (operand.name === "if_not_exists" && first && otherwise && isPath(first))
    return structuredClone(valueAt(first, item)) ?? copied(otherwise, item);
  return { ...operand, args: operand.args.map((one) => copied(one, item)) };
}
