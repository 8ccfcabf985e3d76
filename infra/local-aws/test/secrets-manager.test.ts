import { stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { systemClock } from "../clock.ts";
import { createDispatch } from "../emulators/json-endpoint/dispatch.ts";
import { startJsonEndpoint } from "../emulators/json-endpoint.ts";
import { openSecretsManager, putSecret } from "../emulators/secrets-manager/open-secrets-manager.ts";
import { createFaults, noFaults } from "../faults.ts";
import { createJudge } from "../iam/judge.ts";
import type { Principal } from "../iam/principal.ts";
import { signedCall } from "./signed-call.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const arn = (name: string) => `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}`;
const login = { arn: arn("login-abc123"), logicalId: "Login" };
const other = { arn: arn("other-abc123"), logicalId: "Other" };
const reader: Principal = {
  name: "reader",
  arn: "arn:aws:iam::000000000000:role/reader",
  accessKeyId: "ASIAREADER",
  secretAccessKey: "key",
  sessionToken: "session",
  statements: [{ Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: login.arn }],
};

/** Calls of this principal, and the folder where the secrets lie. */
async function setUp(changes: Partial<Principal> & { region?: string } = {}) {
  const directory = await temporaryFolder();
  const judge = createJudge([reader], new Map());
  const faultsOf = () => createFaults("none", noFaults);
  const dispatch = createDispatch({ judge, faultsOf, onCall: () => {} });
  const endpoint = await startJsonEndpoint(0, { region: "us-east-1", clock: systemClock, onError: () => {} });
  const services = [openSecretsManager({ directory, secrets: [login, other] })];
  endpoint.serve({ services, judge, dispatch });
  onTestFinished(() => endpoint.close());
  const { region = "us-east-1", ...credentials } = changes;
  const call = (operation: string, input: object) =>
    signedCall(`http://127.0.0.1:${endpoint.port}`, {
      principal: { ...reader, ...credentials },
      service: "secretsmanager",
      target: `secretsmanager.${operation}`,
      input,
      region,
    });
  return { directory, call, read: (SecretId: string) => call("GetSecretValue", { SecretId }) };
}

it("gives the text as it is now, out of a file for its owner only", async () => {
  const { directory, read } = await setUp();
  for (const text of ['{"password":"ü €"}', "second"]) {
    await putSecret(directory, login, text);
    expect((await read(login.arn)).answer).toMatchObject({ ARN: login.arn, SecretString: text });
  }
  expect((await stat(join(directory, "Login"))).mode & 0o777).toBe(0o600);
});

it.each([
  ["one without a text", login.arn, "ResourceNotFoundException"],
  ["one that is not there", arn("nope"), "ResourceNotFoundException"],
  ["one that the role may not read", other.arn, "AccessDeniedException"],
])("refuses %s", async (_, id, failure) => {
  const { read } = await setUp();
  expect(await read(id)).toMatchObject({ status: 400, failure });
});

it.each([
  ["a wrong key", { secretAccessKey: "wrong" }, "InvalidSignatureException"],
  ["a wrong session", { sessionToken: "wrong" }, "UnrecognizedClientException"],
  ["another region's signature", { region: "eu-west-1" }, "IncompleteSignatureException"],
])("refuses %s", async (_, changes, failure) => {
  const { directory, read } = await setUp(changes);
  await putSecret(directory, login, "text");
  expect((await read(login.arn)).failure).toBe(failure);
});

it("has no other operation", async () => {
  const { call } = await setUp();
  expect((await call("PutSecretValue", { SecretId: login.arn })).failure).toBe("UnknownOperationException");
});
