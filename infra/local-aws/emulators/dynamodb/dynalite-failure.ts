import { AwsFailure } from "../aws-failure.ts";

interface DynaliteFailure extends Error {
  readonly statusCode?: number;
  readonly body?: { readonly __type: string; readonly message?: string; readonly Message?: string };
}

/** dynalite's error as AwsFailure; anything that is not DynamoDB's answer comes back as it was. */
export function asAwsFailure(error: unknown): unknown {
  const { body, statusCode } = error as DynaliteFailure;
  if (!(error instanceof Error) || body === undefined) return error;
  const code = body.__type.slice(body.__type.indexOf("#") + 1);
  return new AwsFailure(code, body.message ?? body.Message ?? "", statusCode);
}
