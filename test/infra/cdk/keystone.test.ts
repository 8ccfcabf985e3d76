import { describe, expect, test } from "vitest";
import { accessOf, type FunctionName, functionNames } from "../../../infra/functions/functions.ts";
import { appSettings } from "../../../infra/stacks/app-settings.ts";
import { synthesise } from "./synthesise.ts";

const authUrl = "https://keystone.example:5000/v3";
const issuer = { issuer: "https://issuer.example", audience: ["glance"], project: { id: "p", name: "n" } };

describe("with a Keystone", async () => {
  const { state, api, upkeep } = await synthesise({
    settings: { keystone_auth_url: authUrl, image_provenance: true },
  });
  // biome-ignore lint/suspicious/noExplicitAny: a template as CDK hands it out, any resource's properties
  const all: Record<string, any> = { ...api.toJSON().Resources, ...upkeep.toJSON().Resources };
  const lambdas = Object.values(all).filter(({ Type }) => Type === "AWS::Lambda::Function");
  const functionOf = (name: FunctionName) =>
    lambdas.find(({ Properties }) => Properties.Description === name)?.Properties;

  test("the state keeps one secret, whose password stands in no template", () => {
    state.resourceCountIs("AWS::SecretsManager::Secret", 1);
    const [secret] = Object.values(state.findResources("AWS::SecretsManager::Secret"));
    expect(secret).toMatchObject({ DeletionPolicy: "RetainExceptOnCreate", UpdateReplacePolicy: "Retain" });
    expect(secret?.Properties).not.toHaveProperty("SecretString");
    expect(secret?.Properties.GenerateSecretString.SecretStringTemplate).not.toContain('password"');
  });

  test("the state keeps a key for statements, none for tokens, which Keystone hands out, and one function alone is told of it", () => {
    const keys = Object.entries(state.findResources("AWS::KMS::Key"));
    expect(keys.map(([id]) => id.replace(/[0-9A-F]{8}$/, ""))).toEqual(["StatementKey"]);
    for (const [, key] of keys)
      expect(key).toMatchObject({
        ...{ DeletionPolicy: "RetainExceptOnCreate", UpdateReplacePolicy: "Retain" },
        Properties: { KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" },
      });
    const told = functionNames.filter((name) => {
      const { Variables } = functionOf(name).Environment;
      return Variables.STATEMENT_KEY_ID !== undefined || JSON.stringify(Variables).includes("StatementKey");
    });
    expect(told).toEqual(["provenance"]);
  });

  test.each(functionNames)("%s may read it if it judges tokens, and only then", (name) => {
    const { Environment, Role } = functionOf(name);
    const { Policies } = all[Role["Fn::GetAtt"][0]].Properties;
    const rights = JSON.stringify(Policies);
    if (accessOf(name).judgesTokens) {
      expect(Environment.Variables.KEYSTONE_SECRET_ID).toEqual({
        "Fn::GetStackOutput": expect.objectContaining({ StackName: "glance-state" }),
      });
      expect(rights).toContain(
        JSON.stringify({
          Action: "secretsmanager:GetSecretValue",
          Effect: "Allow",
          Resource: Environment.Variables.KEYSTONE_SECRET_ID,
        }),
      );
    } else {
      expect(Environment.Variables).not.toHaveProperty("KEYSTONE_SECRET_ID");
      expect(rights).not.toContain("secretsmanager");
    }
    expect(Environment.Variables.GLANCE_KEYSTONE_AUTH_URL).toBe(authUrl);
  });
});

test("limits that Keystone knows are read by who judges uploads, too: the workers that end them log in", async () => {
  const settings = { keystone_auth_url: authUrl, use_keystone_limits: true };
  const { api, upkeep } = await synthesise({ settings });
  const all = Object.values({ ...api.toJSON().Resources, ...upkeep.toJSON().Resources }) as {
    Properties: { Description?: string; Environment?: { Variables: Record<string, unknown> } };
  }[];
  const readers = all.filter(({ Properties }) => Properties?.Environment?.Variables.KEYSTONE_SECRET_ID);
  expect(readers.map(({ Properties }) => Properties.Description).toSorted()).toEqual([
    "audit",
    "cache",
    "data",
    "discovery",
    "images",
    "imports",
    "locations",
    "members",
    "metadefs",
    "provenance",
    "recovery",
    "transfers",
    "workers/fetch",
    "workers/finalize",
    "workers/import",
    "workers/place",
    "workers/sources",
  ]);
});

test("without one there is no secret and no right to any", async () => {
  const { state, api } = await synthesise();
  state.resourceCountIs("AWS::SecretsManager::Secret", 0);
  expect(JSON.stringify(api.toJSON())).not.toContain("secretsmanager");
});

describe("issuers of tokens", () => {
  test("are written in the context as they are, or as a text", () => {
    expect(appSettings({ oidc_issuers: [issuer] }, {}).oidc_issuers).toEqual([issuer]);
    expect(appSettings({ oidc_issuers: JSON.stringify([issuer]) }, {}).oidc_issuers).toEqual([issuer]);
  });

  test.each([
    [{ oidc_issuers: [{ ...issuer, audience: [] }] }, /GLANCE_OIDC_ISSUERS: expected a JSON list/],
    [{ oidc_issuers: [{ ...issuer, audience: ["x".repeat(3000)] }] }, /at most 2500 characters/],
    [{ oidc_issuers: [issuer], keystone_auth_url: authUrl }, /only one can be set/],
    [{ enabled_import_methods: "glance-download" }, /glance-download needs GLANCE_KEYSTONE_AUTH_URL/],
    [{ keystone_auth_url: "keystone" }, /GLANCE_KEYSTONE_AUTH_URL: expected an absolute URL/],
  ])("%j is refused", (settings, message) => {
    expect(() => appSettings(settings, {})).toThrow(message);
  });
});
