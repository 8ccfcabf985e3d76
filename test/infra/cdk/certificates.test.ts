import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bundleFunctions } from "../../../infra/bundle.ts";
import { accessOf, type FunctionName, functionNames } from "../../../infra/functions/functions.ts";
import { appCertificates } from "../../../infra/stacks/app-certificates.ts";
import { appSettings } from "../../../infra/stacks/app-settings.ts";
import { InvalidDeployment } from "../../../infra/stacks/invalid-deployment.ts";
import { makeAuthority, makeCertificate } from "../../fakes/signatures/make-certificate.ts";
import { synthesise } from "./synthesise.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "glance-certificates-"));
  await mkdir(join(folder, "signers"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

const settingsOf = (settings: Readonly<Record<string, unknown>>) => appSettings(settings, {});

/** Only the lines in the middle of PEM, in which nothing is escaped. */
const bodyOf = (pem: string): string => pem.split("\n")[3] ?? "";

test("the operator's certificates are in the bundles of the functions that verify, and in no other", async () => {
  const [authority, one] = [makeAuthority(), makeCertificate()];
  await file("signers/one.pem", one.pem);
  const settings = settingsOf({
    signing_certificates_folder: join(folder, "signers"),
    trusted_certificates_file: await file("trusted.pem", authority.pem),
  });
  const certificates = appCertificates(settings);
  const bundles = await bundleFunctions(join(folder, "out"), undefined, { certificates });
  const holds = async (name: FunctionName) => {
    const code = await readFile(join(bundles[name].directory, "index.mjs"), "utf8");
    return [bodyOf(authority.pem), bodyOf(one.pem)].map((text) => code.includes(text));
  };
  expect(await holds("data")).toEqual([true, true]);
  expect(await holds("transfers")).toEqual([true, true]);
  expect(await holds("workers/finalize")).toEqual([false, false]);
  expect(await holds("images")).toEqual([false, false]);
});

describe("a bad file ends the synthesis with one line that names it", () => {
  test.each([
    ["signers/one.pem", "no certificate", /one\.pem: it is no X\.509 certificate/],
    ["signers/one.txt", "text", /one\.txt: expected ID\.pem/],
    ["trusted.pem", "", /trusted\.pem: it holds no certificate/],
    ["trusted.pem", "-----BEGIN PRIVATE KEY-----", /trusted\.pem: it holds no certificate/],
  ])("%s of %j", async (name, text, message) => {
    const path = await file(name, text);
    const done = synthesise({
      settings: name.startsWith("signers")
        ? { signing_certificates_folder: join(folder, "signers") }
        : { trusted_certificates_file: path },
    });
    await expect(done).rejects.toBeInstanceOf(InvalidDeployment);
    await expect(done).rejects.toThrow(message);
  });

  test("and so does one that is not there, or more than functions carry", async () => {
    const missing = join(folder, "missing");
    expect(() => appCertificates(settingsOf({ signing_certificates_folder: missing }))).toThrow(/ENOENT/);
    expect(() => appCertificates(settingsOf({ trusted_certificates_file: missing }))).toThrow(/ENOENT/);
    const { pem } = makeCertificate();
    for (let index = 0; index < 250; index++) await file(`signers/c${index}.pem`, pem);
    expect(() =>
      appCertificates(settingsOf({ signing_certificates_folder: join(folder, "signers") })),
    ).toThrow(/more than the 100000 .*key_manager_backend/);
  });
});

test("Barbican needs its address, and a Keystone", () => {
  expect(() => settingsOf({ key_manager_backend: "barbican" })).toThrow(/needs GLANCE_BARBICAN_ENDPOINT/);
  const barbican = { key_manager_backend: "barbican", barbican_endpoint: "https://barbican.example" };
  expect(() => settingsOf(barbican)).toThrow(/needs GLANCE_KEYSTONE_AUTH_URL/);
  settingsOf({ ...barbican, keystone_auth_url: "https://keystone.example" });
});

describe("certificates in Secrets Manager", async () => {
  const { api } = await synthesise({ settings: { key_manager_backend: "secrets-manager" } });
  // biome-ignore lint/suspicious/noExplicitAny: a template as CDK hands it out, any resource's properties
  const all: Record<string, any> = api.toJSON().Resources;
  const rightsOf = (name: FunctionName): string | undefined => {
    const lambda = Object.values(all).find(
      ({ Type, Properties }) => Type === "AWS::Lambda::Function" && Properties.Description === name,
    );
    return lambda && JSON.stringify(all[lambda.Properties.Role["Fn::GetAtt"][0]].Properties.Policies);
  };

  test.each(functionNames)("%s may read them if it verifies, and nothing else there", (name) => {
    const rights = rightsOf(name);
    if (rights === undefined) return;
    const found = rights.match(/secretsmanager:GetSecretValue/g) ?? [];
    expect(found).toHaveLength("readsSigningCertificates" in accessOf(name) ? 1 : 0);
    if (found.length > 0) expect(rights).toContain(":secret:glance-signing-certificates/*");
  });

  test("in other backends nobody may", async () => {
    const { api: plain } = await synthesise();
    expect(JSON.stringify(plain.toJSON())).not.toContain("glance-signing-certificates");
  });
});
