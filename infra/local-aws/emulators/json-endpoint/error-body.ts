import { ownValue } from "../../own-value.ts";
import { AwsFailure } from "../aws-failure.ts";

// Namespaces of `__type`, as the services write them.
const namespaces: Readonly<Record<string, string>> = {
  dynamodb: "com.amazonaws.dynamodb.v20120810#",
  sqs: "com.amazonaws.sqs#",
};

/** The failure to answer for whatever was thrown: an unexpected error shows nothing of itself. */
export const failureOf = (error: unknown): AwsFailure =>
  error instanceof AwsFailure
    ? error
    : new AwsFailure(
        "InternalFailure",
        "The request processing has failed because of an unknown error.",
        500,
      );

/** An error's body in AWS's JSON protocols. */
export const errorBody = (failure: AwsFailure, signingName: string): string =>
  JSON.stringify({
    __type: `${ownValue(namespaces, signingName) ?? ""}${failure.code}`,
    message: failure.message,
    ...failure.fields,
  });
