import { type Secrets, SecretUnread } from "./secrets.ts";
import { signedCall } from "./signed-call.ts";

export interface SecretsManagerOptions {
  /** The variables that Lambda gives a function. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Secrets in AWS Secrets Manager, `id` being a name or an ARN. */
export const secretsManager = ({ environment }: SecretsManagerOptions): Secrets => ({
  async read(id) {
    const { status, answer, failure } = await signedCall({
      service: "secretsmanager",
      endpoint: environment.AWS_ENDPOINT_URL_SECRETS_MANAGER,
      target: "secretsmanager.GetSecretValue",
      input: { SecretId: id },
      environment,
      timeoutMs: 5000,
    });
    if (status === 200 && typeof answer.SecretString === "string") return answer.SecretString;
    throw new SecretUnread(`Secrets Manager answered ${status} ${failure || "without a text"}`, failure);
  },
});
