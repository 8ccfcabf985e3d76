import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { App } from "aws-cdk-lib";
import { expect, test } from "vitest";
import { readAppContext } from "../../../infra/stacks/app-context.ts";
import { cdkContext } from "./synthesise.ts";

const read = (context: Record<string, unknown>) =>
  readAppContext(new App({ context, analyticsReporting: false }));

test("has a default for everything", () => {
  expect(read({})).toEqual({
    settings: undefined,
    name: "glance",
    stage: "prod",
    tags: {},
    terminationProtection: true,
    accountLogRole: true,
    transactionsWithoutKeys: false,
  });
});

test("one of several deployments goes before what stands beside them, of settings option by option", () => {
  const context = {
    settings: { image_tag_quota: 5, delayed_delete: true },
    tags: { owner: "images" },
    stage: "v2x",
    deployments: {
      staging: { name: "staging", settings: { image_tag_quota: 6 }, terminationProtection: false },
      production: { tags: { owner: "operations" } },
    },
  };
  expect(read({ ...context, deployment: "staging" })).toMatchObject({
    name: "staging",
    stage: "v2x",
    settings: { image_tag_quota: 6, delayed_delete: true },
    tags: { owner: "images" },
    terminationProtection: false,
  });
  expect(read({ ...context, deployment: "production" })).toMatchObject({
    name: "glance",
    settings: { image_tag_quota: 5 },
    tags: { owner: "operations" },
    terminationProtection: true,
  });
  expect(read(context)).toMatchObject({ name: "glance", settings: context.settings });
});

test("takes texts, as -c hands them over", () => {
  const tags = '{"cost centre":"7"}';
  expect(read({ tags, terminationProtection: "false" })).toMatchObject({
    tags: { "cost centre": "7" },
    terminationProtection: false,
  });
});

test.each([
  [
    { deployment: "prd", deployments: { prod: {} } },
    "no prd in the context's deployments: did you mean prod?",
  ],
  [{ deployment: "prod" }, "no prod in the context's deployments: there are none"],
  [
    { deployment: "a", deployments: { a: { setings: {} } } },
    "no such member: setings: did you mean settings?",
  ],
  [{ deployment: "a", deployments: { a: 5 } }, "deployments: a: expected an object"],
  [{ deployment: "toString", deployments: { a: {} } }, "no toString in"],
  [{ deployments: "{", deployment: "a" }, "deployments: expected a JSON object"],
  [{ tags: { "aws:x": "1" } }, "tags: aws:x: expected"],
  [{ tags: { a: "x".repeat(257) } }, "tags: a: expected a value of at most 256"],
  [{ tags: { "a*": "1" } }, "tags: a*: expected"],
  [{ tags: Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`k${at}`, ""])) }, "at most 50"],
  [{ tags: ["a"] }, "tags: expected an object"],
  [{ name: "a-b" }, "name: expected a letter"],
  [{ terminationProtection: "no" }, "terminationProtection: expected true or false"],
])("refuses %j in one line", (context, message) => {
  expect(() => read(context)).toThrow(message);
});

test("cdk.json decides each feature flag of the CDK, once: a flag added later would change what is deployed", () => {
  const recommended = JSON.parse(
    readFileSync(
      resolve(import.meta.dirname, "../../../node_modules/aws-cdk-lib/recommended-feature-flags.json"),
      "utf8",
    ),
  );
  const flags = Object.fromEntries(Object.entries(cdkContext).filter(([key]) => key.startsWith("@aws-cdk")));
  // Policies stand in the templates as infra/functions says them, statement by statement, to be read and compared.
  // The report is of what the templates have; the CDK's hints about what it was not told are no findings.
  const ours = {
    "@aws-cdk/aws-iam:minimizePolicies": false,
    "@aws-cdk/core:annotationsInValidationReport": false,
  };
  expect(flags).toEqual({ ...recommended, ...ours });
});
