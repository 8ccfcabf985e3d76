import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../../infra/local-aws/clock.ts";
import { createDispatch } from "../../../infra/local-aws/emulators/json-endpoint/dispatch.ts";
import { startJsonEndpoint } from "../../../infra/local-aws/emulators/json-endpoint.ts";
import {
  openSecretsManager,
  putSecret,
} from "../../../infra/local-aws/emulators/secrets-manager/open-secrets-manager.ts";
import { createFaults, noFaults } from "../../../infra/local-aws/faults.ts";
import { createJudge } from "../../../infra/local-aws/iam/judge.ts";
import { temporaryFolder } from "../../../infra/local-aws/test/temporary-folder.ts";
import { secretsManager } from "../../../shared/aws/secrets-manager.ts";
import { barbicanCertificates } from "../../../shared/images/adapters/barbican/signing-certificates.ts";
import { packagedCertificates } from "../../../shared/images/adapters/packaged/signing-certificates.ts";
import { secretCertificates } from "../../../shared/images/adapters/secrets-manager/signing-certificates.ts";
import type { SigningCertificates } from "../../../shared/images/ports/signing-certificates.ts";
import { memorySigningCertificates } from "../../fakes/images/memory-signing-certificates.ts";
import { makeCertificate } from "../../fakes/signatures/make-certificate.ts";

const ID = "6d8b9f3a-36d1-4b49-9d6b-6ff6a4b6f0b3";
const { pem, certificate } = makeCertificate();

const prefix = "arn:aws:secretsmanager:us-east-1:000000000000:secret:";

async function inSecretsManager(): Promise<Pick<SigningCertificates, "find">> {
  const secret = { arn: `${prefix}glance-signing-certificates/${ID}-abc123`, logicalId: "Certificate" };
  const login = { arn: `${prefix}login-abc123`, logicalId: "Login" };
  const directory = await temporaryFolder();
  const services = [openSecretsManager({ directory, secrets: [secret, login] })];
  const judge = createJudge(
    [
      {
        name: "data",
        arn: "arn:aws:iam::000000000000:role/data",
        accessKeyId: "ASIADATA",
        secretAccessKey: "key",
        sessionToken: "session",
        statements: [
          {
            Effect: "Allow",
            Action: ["secretsmanager:GetSecretValue"],
            Resource: `${prefix}glance-signing-certificates/*`,
          },
        ],
      },
    ],
    new Map(),
  );
  const faultsOf = () => createFaults("none", noFaults);
  const endpoint = await startJsonEndpoint(0, { region: "us-east-1", clock: systemClock, onError: () => {} });
  endpoint.serve({ services, judge, dispatch: createDispatch({ judge, faultsOf, onCall: () => {} }) });
  onTestFinished(() => endpoint.close());
  await putSecret(directory, secret, pem);
  const environment = {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "ASIADATA",
    AWS_SECRET_ACCESS_KEY: "key",
    AWS_SESSION_TOKEN: "session",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${endpoint.port}`,
  };
  return secretCertificates(secretsManager({ environment }));
}

interface Secret {
  readonly type: string;
  readonly contentType: string;
  readonly payload: string | Uint8Array;
}

/** As much of Barbican (API v1) as castellan asks it for; it tells who asked for what. */
async function barbican(secrets: Readonly<Record<string, Secret>>, status?: number) {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    const [, id = "", rest = ""] = /^\/v1\/secrets\/([^/]+)(.*)$/.exec(request.url ?? "") ?? [];
    const secret = Object.hasOwn(secrets, id) ? secrets[id] : undefined;
    const code = status ?? (request.headers["x-auth-token"] !== "alice" ? 401 : secret ? 200 : 404);
    response.statusCode = code;
    if (code !== 200 || !secret) response.end("{}");
    else if (rest === "/payload") {
      const isAcceptable = request.headers.accept === secret.contentType;
      response.writeHead(isAcceptable ? 200 : 406).end(isAcceptable ? secret.payload : "");
    } else {
      const { type, contentType } = secret;
      response.end(JSON.stringify({ secret_type: type, content_types: { default: contentType } }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const at = (login: string | undefined, path = "") =>
    barbicanCertificates({ endpoint: `${endpoint}${path}`, timeoutSeconds: 5, login });
  return { at, asked };
}

const inBarbican = async () =>
  (await barbican({ [ID]: { type: "certificate", contentType: "text/plain", payload: pem } })).at("alice");

async function inMemory() {
  const { certificates, put } = memorySigningCertificates();
  put(ID, pem);
  return certificates;
}

describe.each([
  ["memory", inMemory],
  ["packaged files", async () => packagedCertificates(() => new Map([[ID, pem]]))],
  ["Secrets Manager", inSecretsManager],
  ["Barbican", inBarbican],
])("signers' certificates in %s", (_, open) => {
  it("are found by their ids, as they were put there", async () => {
    const certificates = await open();
    expect(Buffer.from((await certificates.find(ID)) ?? []).toString()).toBe(pem);
  });

  it.each(["another", "constructor", "login"])("there is none of the id %s", async (id) => {
    expect(await (await open()).find(id)).toBeUndefined();
  });
});

describe("Barbican", () => {
  it("gives certificates in DER as they are", async () => {
    const secret = { type: "certificate", contentType: "application/pkix-cert", payload: certificate.raw };
    const found = await (await barbican({ [ID]: secret })).at("alice").find(ID);
    expect(Buffer.from(found ?? []).equals(certificate.raw)).toBe(true);
  });

  it("is asked with the caller's token, and shows him what he may read only", async () => {
    const secrets = { [ID]: { type: "certificate", contentType: "text/plain", payload: pem } };
    const { at, asked } = await barbican(secrets);
    expect(await at("bob").find(ID)).toBeUndefined();
    expect([at("bob"), at(undefined)].map(({ byLogin }) => byLogin?.hasLogin)).toEqual([true, false]);
    expect(asked.map(({ headers }) => headers["x-auth-token"])).toEqual(["bob"]);
    await expect(at(undefined).find(ID)).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching("X-Auth-Token"),
    });
    expect(asked).toHaveLength(1);
  });

  it("is never asked for the payload of what is no certificate", async () => {
    const secrets = { [ID]: { type: "private", contentType: "text/plain", payload: "key" } };
    const { at, asked } = await barbican(secrets);
    expect(await at("alice").find(ID)).toBeUndefined();
    expect(asked.map(({ url }) => url)).toEqual([`/v1/secrets/${ID}`]);
  });

  it("may be named with its version, and an id is one segment of the path whatever is in it", async () => {
    const { at, asked } = await barbican({});
    await at("alice", "/v1").find("../../v3/users?x=1#");
    expect(asked.map(({ url }) => url)).toEqual(["/v1/secrets/..%2F..%2Fv3%2Fusers%3Fx%3D1%23"]);
  });

  it.each([500, 503, 302])("that answers %i has not said that there is none", async (status) => {
    const secrets = { [ID]: { type: "certificate", contentType: "text/plain", payload: pem } };
    const { at } = await barbican(secrets, status);
    await expect(at("alice").find(ID)).rejects.toThrow(`Barbican answered ${status}`);
  });
});
