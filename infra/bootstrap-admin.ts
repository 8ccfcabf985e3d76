import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { dynamodbIdentityStore } from "../shared/identity/adapters/dynamodb/identity-store.ts";
import { bootstrapAdmin } from "../shared/identity/operations/bootstrap-admin.ts";

const usage = `Makes the first admin of the identity service, or gives it a new password.

  --table NAME      the table (output TableName of the state stack), or:
  --outputs FILE    what cdk deploy --outputs-file wrote
  --user NAME       admin by default
  --project NAME    its project, admin by default
  --ask             asks for the password (or reads a line of standard input) instead of making one
  --no-password     none: where a Cognito user pool proves passwords
`;

const LEAST_PASSWORD_LENGTH = 12;

/** The table's name out of the outputs of the stacks; throws when there is not exactly one. */
async function tableIn(file: string): Promise<string> {
  const stacks = JSON.parse(await readFile(file, "utf8")) as Record<string, Record<string, string>>;
  const names = Object.values(stacks).flatMap(({ TableName }) => TableName ?? []);
  const [name] = names;
  if (name === undefined || names.length > 1) throw new Error(`${file} names ${names.length} tables`);
  return name;
}

async function askPassword(): Promise<string> {
  // Not to be seen: the terminal shows what is written to `output`.
  const lines = createInterface({ input: process.stdin, terminal: process.stdin.isTTY ?? false });
  if (process.stdin.isTTY) process.stderr.write("Password (not shown): ");
  const password = await lines.question("");
  lines.close();
  process.stderr.write("\n");
  if (password.length < LEAST_PASSWORD_LENGTH) {
    throw new Error(`a password needs ${LEAST_PASSWORD_LENGTH} characters`);
  }
  return password;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      table: { type: "string" },
      outputs: { type: "string" },
      user: { type: "string", default: "admin" },
      project: { type: "string", default: "admin" },
      ask: { type: "boolean", default: false },
      "no-password": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const tableName = values.table ?? (values.outputs && (await tableIn(values.outputs)));
  if (values.help || tableName === undefined) {
    process.stderr.write(usage);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const made = values.ask || values["no-password"] ? undefined : randomBytes(24).toString("base64url");
  const password = made ?? (values.ask ? await askPassword() : undefined);
  const client = new DynamoDBClient({ maxAttempts: 6 });
  const identities = dynamodbIdentityStore({ client: DynamoDBDocumentClient.from(client), tableName });
  const { user, project, isNew } = await bootstrapAdmin({ identities })({
    user: values.user,
    project: values.project,
    ...(password !== undefined && { password }),
  });
  client.destroy();
  process.stderr.write(
    `user ${user.name} (${user.id}) ${isNew ? "made" : "changed"}: admin in ${project.name}\n`,
  );
  // The only time that it is shown; alone on standard output, so that it can be put away by a command.
  if (made !== undefined) process.stdout.write(`${made}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
