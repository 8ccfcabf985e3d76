import type { AttributeValue } from "./item.ts";

/** A comparison, function, AND, OR or NOT as dynalite parses it. */
export interface ParsedCondition {
  readonly type: string;
  /** Of a function. */
  readonly name?: string;
  readonly args: readonly ParsedOperand[];
}

export type ParsedPath = readonly (string | number)[];
export type ParsedOperand = ParsedCondition | ParsedPath | AttributeValue;

export const isPath = (operand: ParsedOperand): operand is ParsedPath => Array.isArray(operand);
export const isCondition = (operand: ParsedOperand): operand is ParsedCondition =>
  "args" in operand && "type" in operand;
