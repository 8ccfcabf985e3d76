import fc from "fast-check";
import type { TableDefinition } from "../../../emulators/dynamodb/table.ts";
import { canonical, type Value } from "./values.ts";

export const keyTypes = ["S", "N", "B"] as const;
export type KeyType = (typeof keyTypes)[number];

/** A table for each type that a sort key may have, and an index that is sorted by another attribute of that type. */
export const keyTables: readonly TableDefinition[] = keyTypes.map((AttributeType) => ({
  name: `sorted-by-${AttributeType}`,
  arn: `arn:aws:dynamodb:eu-west-1:123456789012:table/sorted-by-${AttributeType}`,
  keySchema: [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ],
  attributeDefinitions: [
    { AttributeName: "pk", AttributeType: "S" },
    { AttributeName: "sk", AttributeType },
    { AttributeName: "g", AttributeType: "S" },
    { AttributeName: "r", AttributeType },
  ],
  globalSecondaryIndexes: [
    {
      IndexName: "other",
      KeySchema: [
        { AttributeName: "g", KeyType: "HASH" },
        { AttributeName: "r", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "ALL" },
    },
  ],
}));

const texts = fc.oneof(
  fc.constantFrom(
    "a",
    "A",
    "aa",
    "ab",
    "b",
    "~",
    "\u007f",
    "é",
    "\uFF5E",
    "\u{1F600}",
    "\u{10FFFF}",
    "a\u0000",
    "é0",
  ),
  fc.string({ minLength: 1, maxLength: 4, unit: "grapheme" }),
);
// Guide, "Supported data types": 38 digits, from 1E-130 to 9.9…E+125, and the same below zero.
const digits = fc.stringMatching(/^[1-9][0-9]{0,37}$/);
const numbers = fc.oneof(
  fc.constantFrom(
    "0",
    "1",
    "-1",
    "10",
    "9",
    "0.1",
    "0.09",
    "-0.1",
    "-10",
    "1e-130",
    "-1e-130",
    "9.99e125",
    "-9.99e125",
  ),
  fc.integer({ min: -1000, max: 1000 }).map(String),
  fc
    .tuple(fc.constantFrom("", "-"), digits, fc.integer({ min: -100, max: 80 }))
    .map(([sign, text, power]) => `${sign}${text}e${power}`),
);
const bytes = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 3 }),
  fc
    .constantFrom([0], [0, 0], [127], [128], [255], [255, 0], [1, 255])
    .map((array) => Uint8Array.from(array)),
);

export const keysOf: Readonly<Record<KeyType, fc.Arbitrary<Value>>> = {
  S: texts.map((S): Value => ({ S })),
  N: numbers.map((N): Value => ({ N })),
  B: bytes.map((B): Value => ({ B })),
};

export const distinctKeys = (type: KeyType): fc.Arbitrary<readonly Value[]> =>
  fc.uniqueArray(keysOf[type], { minLength: 1, maxLength: 9, selector: canonical });
