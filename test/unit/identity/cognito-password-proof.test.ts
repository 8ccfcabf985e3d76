import { once } from "node:events";
import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { Unavailable } from "../../../shared/errors.ts";
import { cognitoPasswordProof } from "../../../shared/identity/adapters/cognito/cognito-password-proof.ts";

interface Asked {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: { AuthFlow: string; ClientId: string; AuthParameters: Record<string, string> };
}

/** A user pool that gives this answer, and a proof that asks it. */
async function pool(status: number, answer: unknown) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    asked.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) });
    response.writeHead(status).end(typeof answer === "string" ? answer : JSON.stringify(answer));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { port: number };
  const endpoint = `http://127.0.0.1:${port}/`;
  return { asked, proof: cognitoPasswordProof({ userPoolId: "eu-central-1_x", clientId: "app", endpoint }) };
}

test("a login there proves the password here", async () => {
  const { asked, proof } = await pool(200, { AuthenticationResult: { AccessToken: "x" } });
  expect(await proof.prove({ name: "jo" }, "secret")).toBe(true);
  expect(asked[0]?.headers).toMatchObject({
    "x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth",
    "content-type": "application/x-amz-json-1.1",
  });
  expect(asked[0]?.body).toEqual({
    AuthFlow: "USER_PASSWORD_AUTH",
    ClientId: "app",
    AuthParameters: { USERNAME: "jo", PASSWORD: "secret" },
  });
});

test("an unknown user is asked for all the same, and proved by nothing", async () => {
  const { asked, proof } = await pool(200, { AuthenticationResult: {} });
  expect(await proof.prove(undefined, "secret")).toBe(false);
  expect(asked).toHaveLength(1);
});

test.each([
  [200, { ChallengeName: "NEW_PASSWORD_REQUIRED" }],
  [200, "garbage"],
  [400, { __type: "NotAuthorizedException" }],
  [400, { __type: "com.amazonaws#UserNotFoundException" }],
])("%i %j is no proof", async (status, answer) => {
  const { proof } = await pool(status, answer);
  expect(await proof.prove({ name: "jo" }, "secret")).toBe(false);
});

test.each([
  [400, { __type: "TooManyRequestsException" }],
  [400, { __type: "ResourceNotFoundException" }],
  [500, "oops"],
])("%i %j is nobody's fault", async (status, answer) => {
  const { proof } = await pool(status, answer);
  await expect(proof.prove({ name: "jo" }, "secret")).rejects.toThrow(Unavailable);
});

test("a user pool that is not there", async () => {
  const proof = cognitoPasswordProof({ userPoolId: "x_y", clientId: "a", endpoint: "http://127.0.0.1:1/" });
  await expect(proof.prove({ name: "jo" }, "secret")).rejects.toThrow(Unavailable);
});
