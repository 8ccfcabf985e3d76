import { isPassingStatus } from "./answer-status.ts";

/** What S3 says of a part that it did not store. */
export interface StoreRefusal {
  /** S3's error code; empty where there is none. */
  readonly code: string;
  /** Whether the same part may be stored later. */
  readonly isPassing: boolean;
}

/** Refusals that a repeat can mend although they are 4xx: damage or a stall on the way (S3's error codes). */
const passingCodes = new Set(["RequestTimeout", "BadDigest", "IncompleteBody"]);

export function storeRefusal(status: number, body: string): StoreRefusal {
  const code = /<Code>(\w+)<\/Code>/.exec(body)?.[1] ?? "";
  return { code, isPassing: isPassingStatus(status) || passingCodes.has(code) };
}
