import { AwsFailure } from "../aws-failure.ts";

const invalidTag = (message: string): AwsFailure => new AwsFailure("InvalidTag", message);

/** Tags within S3's bounds: ten at most, keys of 1 to 128 and values of up to 256 characters, no key twice. */
export function checkTags(pairs: readonly (readonly [key: string, value: string])[]): Record<string, string> {
  if (pairs.length > 10) throw new AwsFailure("BadRequest", "Object tags cannot be greater than 10");
  const tags = new Map<string, string>();
  for (const [key, value] of pairs) {
    if (key.length < 1 || key.length > 128) throw invalidTag("The TagKey you have provided is invalid");
    if (value.length > 256) throw invalidTag("The TagValue you have provided is invalid");
    if (tags.has(key)) throw invalidTag("Cannot provide multiple Tags with the same key");
    tags.set(key, value);
  }
  return Object.fromEntries(tags);
}
