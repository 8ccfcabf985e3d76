import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { keepFile } from "../../replace-file.ts";
import type { SecretDefinition } from "../../template/secrets.ts";
import { AwsFailure } from "../aws-failure.ts";
import type { JsonService } from "../json-service.ts";

export interface SecretsManagerOptions {
  /** One file (0600) a secret. */
  readonly directory: string;
  readonly secrets: readonly SecretDefinition[];
}

const fileOf = (directory: string, { logicalId }: SecretDefinition): string => join(directory, logicalId);

/** Gives a secret its text, as an operator does with PutSecretValue. */
export const putSecret = (directory: string, secret: SecretDefinition, text: string): Promise<void> =>
  keepFile(fileOf(directory, secret), text);

/** The name in an ARN, before the six characters that AWS puts behind it. */
const nameIn = (arn: string): string | undefined => /:secret:(.+)-[^-]{6}$/.exec(arn)?.[1];

/** Secrets Manager with GetSecretValue of the current version; a secret is named by its ARN or its name. */
export function openSecretsManager({ directory, secrets }: SecretsManagerOptions): JsonService {
  const find = ({ SecretId }: Record<string, unknown>): SecretDefinition => {
    const secret = secrets.find(({ arn }) => arn === SecretId || nameIn(arn) === SecretId);
    if (!secret)
      throw new AwsFailure("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    return secret;
  };
  const refuseOthers = (operation: string): void => {
    if (operation !== "GetSecretValue")
      throw new AwsFailure("UnknownOperationException", `the local Secrets Manager has no ${operation}`);
  };

  return {
    targetPrefix: "secretsmanager",
    signingName: "secretsmanager",
    accessOf: (operation, input) => {
      refuseOthers(operation);
      return [{ action: "secretsmanager:GetSecretValue", resource: find(input).arn }];
    },
    handle: async (operation, input) => {
      refuseOthers(operation);
      const secret = find(input);
      const text = await readFile(fileOf(directory, secret), "utf8").catch((cause: NodeJS.ErrnoException) => {
        if (cause.code !== "ENOENT") throw cause;
        throw new AwsFailure(
          "ResourceNotFoundException",
          "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
        );
      });
      return {
        ARN: secret.arn,
        Name: secret.logicalId,
        VersionStages: ["AWSCURRENT"],
        SecretString: text,
      };
    },
    close: async () => {},
  };
}
