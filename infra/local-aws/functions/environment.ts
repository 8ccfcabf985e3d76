import { devNull } from "node:os";
import type { Principal } from "../iam/principal.ts";
import type { FunctionDefinition } from "../template/functions.ts";
import { pseudoParameters } from "../template/pseudo-parameters.ts";

/** Where the emulators listen: base URLs on 127.0.0.1 (an IP address, so that the SDK uses path-style S3 URLs). */
export interface Endpoints {
  readonly s3: string;
  /** DynamoDB, SQS, KMS, Secrets Manager and EventBridge. */
  readonly json: string;
}

/** The credentials of a principal and the way to the emulators, in the SDK's own variables. */
export const awsEnvironment = (principal: Principal, endpoints: Endpoints): Record<string, string> => ({
  AWS_REGION: pseudoParameters.region,
  AWS_DEFAULT_REGION: pseudoParameters.region,
  AWS_ACCESS_KEY_ID: principal.accessKeyId,
  AWS_SECRET_ACCESS_KEY: principal.secretAccessKey,
  ...(principal.sessionToken !== undefined && { AWS_SESSION_TOKEN: principal.sessionToken }),
  AWS_ENDPOINT_URL_S3: endpoints.s3,
  AWS_ENDPOINT_URL_DYNAMODB: endpoints.json,
  AWS_ENDPOINT_URL_SQS: endpoints.json,
  AWS_ENDPOINT_URL_KMS: endpoints.json,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.json,
  AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.json,
  // Lambda has no such files; without this the SDK would read those in the home folder of whoever runs this.
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
});

/**
 * A function's whole environment: the template's variables, those that Lambda sets (developer guide, "Defined
 * runtime environment variables"), and nothing of the host's.
 */
export const functionEnvironment = (
  definition: FunctionDefinition,
  principal: Principal,
  endpoints: Endpoints,
): Record<string, string> => ({
  PATH: "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
  LANG: "en_US.UTF-8",
  TZ: ":UTC",
  LAMBDA_TASK_ROOT: definition.directory,
  _HANDLER: definition.handler,
  AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
  AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
  AWS_LAMBDA_FUNCTION_NAME: definition.functionName,
  AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMegabytes),
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.functionName}`,
  AWS_LAMBDA_LOG_STREAM_NAME: "local",
  ...definition.environment,
  ...awsEnvironment(principal, endpoints),
});
