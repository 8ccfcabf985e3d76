import { stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../../infra/local-aws/clock.ts";
import { createDispatch } from "../../../infra/local-aws/emulators/json-endpoint/dispatch.ts";
import { startJsonEndpoint } from "../../../infra/local-aws/emulators/json-endpoint.ts";
import {
  openSecretsManager,
  putSecret,
} from "../../../infra/local-aws/emulators/secrets-manager/open-secrets-manager.ts";
import { createFaults, noFaults } from "../../../infra/local-aws/faults.ts";
import { createJudge } from "../../../infra/local-aws/iam/judge.ts";
import type { Principal } from "../../../infra/local-aws/iam/principal.ts";
import { temporaryFolder } from "../../../infra/local-aws/test/temporary-folder.ts";
import { secretsManager } from "../../../shared/aws/secrets-manager.ts";

const arn = (name: string) => `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}`;
const login = { arn: arn("login-abc123"), logicalId: "Login" };
const other = { arn: arn("other-abc123"), logicalId: "Other" };
const principal: Principal = {
  name: "images",
  arn: "arn:aws:iam::000000000000:role/images",
  accessKeyId: "ASIAIMAGES",
  secretAccessKey: "key",
  sessionToken: "session",
  statements: [{ Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: login.arn }],
};

/** What a function of this principal has to read secrets with, and the folder where they lie. */
async function setUp(changes: Record<string, string> = {}) {
  const directory = await temporaryFolder();
  const services = [openSecretsManager({ directory, secrets: [login, other] })];
  const judge = createJudge([principal], new Map());
  const dispatch = createDispatch({
    judge,
    faultsOf: () => createFaults("none", noFaults),
    onCall: () => {},
  });
  const endpoint = await startJsonEndpoint(0, { region: "us-east-1", clock: systemClock, onError: () => {} });
  endpoint.serve({ services, judge, dispatch });
  onTestFinished(() => endpoint.close());
  const url = `http://127.0.0.1:${endpoint.port}`;
  const environment = {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: principal.accessKeyId,
    AWS_SECRET_ACCESS_KEY: principal.secretAccessKey,
    AWS_SESSION_TOKEN: "session",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
    ...changes,
  };
  return { directory, secrets: secretsManager({ environment }) };
}

it("gives the text as it is now, out of a file for its owner only", async () => {
  const { directory, secrets } = await setUp();
  await putSecret(directory, login, '{"password":"ü €"}');
  expect(await secrets.read(login.arn)).toBe('{"password":"ü €"}');
  await putSecret(directory, login, "second");
  expect(await secrets.read(login.arn)).toBe("second");
  expect((await stat(join(directory, "Login"))).mode & 0o777).toBe(0o600);
});

it.each([
  ["one without a text", login.arn, "ResourceNotFoundException"],
  ["one that is not there", arn("nope"), "ResourceNotFoundException"],
  ["one that the role may not read", other.arn, "AccessDeniedException"],
])("refuses %s", async (_, id, code) => {
  const { secrets } = await setUp();
  await expect(secrets.read(id)).rejects.toThrow(code);
});

it.each([
  ["a wrong key", { AWS_SECRET_ACCESS_KEY: "wrong" }, "InvalidSignatureException"],
  ["a wrong session", { AWS_SESSION_TOKEN: "wrong" }, "UnrecognizedClientException"],
  ["another region's signature", { AWS_REGION: "eu-west-1" }, /Secrets Manager answered 4/],
])("refuses %s", async (_, changes, message) => {
  const { directory, secrets } = await setUp(changes);
  await putSecret(directory, login, "text");
  await expect(secrets.read(login.arn)).rejects.toThrow(message);
});
