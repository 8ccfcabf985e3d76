/** What the stacks tell every function; each function reads only what it needs. */
const variables = {
  tableName: "TABLE_NAME",
  imageBucket: "IMAGE_BUCKET",
  storeResources: "STORE_RESOURCES",
  finalizeQueueUrl: "FINALIZE_QUEUE_URL",
  deleteQueueUrl: "DELETE_QUEUE_URL",
  notifyQueueUrl: "NOTIFY_QUEUE_URL",
  cacheQueueUrl: "CACHE_QUEUE_URL",
  copyQueueUrl: "COPY_QUEUE_URL",
  sourcesQueueUrl: "SOURCES_QUEUE_URL",
  importQueueUrl: "IMPORT_QUEUE_URL",
  fetchQueueUrl: "FETCH_QUEUE_URL",
  placeQueueUrl: "PLACE_QUEUE_URL",
  convertQueueUrl: "CONVERT_QUEUE_URL",
  eventBusName: "EVENT_BUS_NAME",
  tokenKeyId: "TOKEN_KEY_ID",
  statementKeyId: "STATEMENT_KEY_ID",
  keystoneSecretId: "KEYSTONE_SECRET_ID",
  checksumRoleArn: "CHECKSUM_ROLE_ARN",
  scratchFolder: "SCRATCH_FOLDER",
} as const;

export type EnvironmentName = keyof typeof variables;

/** The variable's value; a missing one fails the function's start with its name. */
export function environment(name: EnvironmentName): string {
  const value = process.env[variables[name]];
  if (value === undefined || value === "")
    throw new Error(`environment variable ${variables[name]} is not set`);
  return value;
}

/** The same of a variable that not every deployment sets; empty where it is not. */
export const environmentIfSet = (name: EnvironmentName): string => process.env[variables[name]] ?? "";

/** The names as CloudFormation sets them, for the stacks. */
export const environmentVariable = (name: EnvironmentName): string => variables[name];
