import { createHash } from "node:crypto";
import { AwsFailure } from "../aws-failure.ts";
import type { DynamodbRequest } from "./request.ts";
import type { Change } from "./storage.ts";

/** What the storage keys of the tokens begin with. */
export const tokenPrefix = "transaction~";

// API reference, TransactWriteItems: "valid for 10 minutes after the first request that uses it is completed".
const validMs = 10 * 60 * 1000;

/** A finished transaction's token, stored with its writes so that it is known exactly when they are. */
export interface StoredToken {
  readonly fingerprint: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

interface TransactionToken {
  readonly key: string;
  readonly fingerprint: string;
}

/** The token of a request, if it has one. To be called before the request is evaluated. */
export function tokenOf(request: DynamodbRequest): TransactionToken | undefined {
  if (request.ClientRequestToken === undefined) return undefined;
  return {
    key: tokenPrefix + Buffer.from(request.ClientRequestToken).toString("hex"),
    fingerprint: createHash("sha256").update(canonical(request.TransactItems)).digest("hex"),
  };
}

export const isExpired = (stored: StoredToken, now: number): boolean => stored.expiresAt <= now;

export const storeToken = ({ key, fingerprint }: TransactionToken, now: number): Change => ({
  type: "put",
  key,
  value: { fingerprint, expiresAt: now + validMs } satisfies StoredToken,
});

/**
 * True when the same transaction was done before. Throws IdempotentParameterMismatchException when the token
 * was used for another one.
 */
export function wasDone(token: TransactionToken, stored: StoredToken | undefined, now: number): boolean {
  if (!stored || isExpired(stored, now)) return false;
  if (stored.fingerprint === token.fingerprint) return true;
  throw new AwsFailure(
    "IdempotentParameterMismatchException",
    "The request uses the same client token as a previous, but non-identical request",
  );
}

/** JSON with sorted members: their order is no difference (observed on AWS by others: localstack issue 6529). */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_name, member: unknown) =>
    member !== null && typeof member === "object" && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
