/**
 * The rooms of the one table, by partition key. IAM cuts the functions' rights along the same prefixes
 * (`dynamodb:LeadingKeys`), so a new prefix needs its line in the access table.
 */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/**
 * Whether a record can have this key (DynamoDB, "quotas": 2,048 and 1,024 bytes). A question for any other is refused
 * as a fault of the program, though callers choose the ids in paths.
 */
export const isPossible = ({ pk, sk }: Key): boolean =>
  Buffer.byteLength(pk) <= 2048 && Buffer.byteLength(sk) <= 1024;
