import { AwsFailure } from "../aws-failure.ts";

/** An attribute value as the wire has it: binary is base64, a number is a string. */
export interface AttributeValue {
  S?: string;
  N?: string;
  B?: string;
  BOOL?: boolean;
  NULL?: boolean;
  SS?: string[];
  NS?: string[];
  BS?: string[];
  L?: AttributeValue[];
  M?: Item;
}

/** An item, or its key alone. */
export interface Item {
  [attribute: string]: AttributeValue;
}

/** DynamoDB's limit for one item, names and values together. */
export const maxItemBytes = 400 * 1024;

const maxDepth = 32;

/**
 * Size of an item in bytes by the rules of the developer guide, "DynamoDB item sizes and formats".
 * Throws ValidationException for documents nested deeper than DynamoDB's 32 levels.
 */
export const itemBytes = (item: Item): number => mapBytes(item, 0);

function mapBytes(item: Item, depth: number): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item))
    bytes += Buffer.byteLength(name) + valueBytes(value, depth);
  return bytes;
}

function valueBytes(value: AttributeValue, depth: number): number {
  if (depth > maxDepth)
    throw new AwsFailure("ValidationException", "Nesting Levels have exceeded supported limits");
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return numberBytes(value.N);
  if (value.B !== undefined) return binaryBytes(value.B);
  if (value.SS) return sum(value.SS, (text) => Buffer.byteLength(text));
  if (value.NS) return sum(value.NS, numberBytes);
  if (value.BS) return sum(value.BS, binaryBytes);
  // A list or map costs 3 bytes, and 1 more for each element.
  if (value.L) return 3 + value.L.length + sum(value.L, (member) => valueBytes(member, depth + 1));
  if (value.M) return 3 + Object.keys(value.M).length + mapBytes(value.M, depth + 1);
  return 1;
}

const binaryBytes = (base64: string): number => Buffer.byteLength(base64, "base64");

// Two digits a byte, leading and trailing zeros free, one byte for the exponent and one for a minus sign.
function numberBytes(number: string): number {
  const digits = number.replace(/^-/, "").replace(".", "").replace(/^0+/, "").replace(/0+$/, "");
  return Math.ceil(digits.length / 2) + 1 + (number.startsWith("-") ? 1 : 0);
}

const sum = <Value>(values: readonly Value[], bytes: (value: Value) => number): number =>
  values.reduce((total, value) => total + bytes(value), 0);
