import { describe, expect, it } from "vitest";
import { createJudge } from "../iam/judge.ts";
import type { Principal, Statement } from "../iam/principal.ts";
import { wildcard } from "../iam/wildcard.ts";

const role = "arn:aws:iam::000000000000:role/images";
const principalWith = (...statements: Statement[]): Principal => ({
  name: "images",
  arn: role,
  accessKeyId: "ASIAIMAGES",
  secretAccessKey: "secret",
  statements,
});
const allow = (more: Partial<Statement>): Statement => ({
  Effect: "Allow",
  Action: "dynamodb:GetItem",
  Resource: "*",
  ...more,
});

type Context = Record<string, string[]>;
const allowed = (statements: Statement[], action: string, resource = "arn:x", context: Context = {}) => {
  const principal = principalWith(...statements);
  return createJudge([principal], new Map()).allows(principal, action, resource, context);
};

describe("actions and resources", () => {
  it.each([
    ["nothing said is denied", [], false],
    ["an action is allowed by name", [allow({})], true],
    ["upper and lower case of an action do not matter", [allow({ Action: "DynamoDB:getitem" })], true],
    ["a wildcard in the action", [allow({ Action: "dynamodb:Get*" })], true],
    ["a question mark is one character", [allow({ Action: "dynamodb:GetIte?" })], true],
    ["another action is not allowed", [allow({ Action: ["dynamodb:PutItem", "dynamodb:Query"] })], false],
    [
      "NotAction allows all others",
      [allow({ Action: undefined as never, NotAction: "dynamodb:PutItem" })],
      true,
    ],
    ["NotAction leaves its own out", [allow({ Action: undefined as never, NotAction: "dynamodb:*" })], false],
    ["another resource is not allowed", [allow({ Resource: "arn:y" })], false],
    ["the case of a resource matters", [allow({ Resource: "arn:X" })], false],
    ["NotResource", [allow({ Resource: undefined as never, NotResource: "arn:x" })], false],
    ["Deny wins over Allow", [allow({}), allow({ Effect: "Deny" })], false],
    [
      "a Deny of something else does not count",
      [allow({}), allow({ Effect: "Deny", Resource: "arn:y" })],
      true,
    ],
  ] as [string, Statement[], boolean][])("%s", (_, statements, expected) => {
    expect(allowed(statements, "dynamodb:GetItem")).toBe(expected);
  });

  it("refuses a statement without Action and NotAction", () => {
    const broken: Statement = { Effect: "Allow", Resource: "*" };
    expect(() => createJudge([principalWith(broken)], new Map())).toThrow("neither Action nor NotAction");
  });
});

describe("conditions", () => {
  const key = "dynamodb:LeadingKeys";
  const rooms = { "ForAllValues:StringLike": { [key]: ["image#*"] }, Null: { [key]: "false" } };
  it.each([
    ["ForAllValues: every key in the room", rooms, { [key]: ["image#1", "image#2"] }, true],
    ["ForAllValues: one key outside", rooms, { [key]: ["image#1", "list#1"] }, false],
    ["Null keeps a call without keys (a Scan) out", rooms, {}, false],
    [
      "ForAllValues alone lets an absent key in",
      { "ForAllValues:StringLike": { [key]: "image#*" } },
      {},
      true,
    ],
    [
      "ForAnyValue: one is enough",
      { "ForAnyValue:StringEquals": { [key]: "a" } },
      { [key]: ["a", "b"] },
      true,
    ],
    ["ForAnyValue: absent", { "ForAnyValue:StringEquals": { [key]: "a" } }, {}, false],
    [
      "key names are case-insensitive",
      { StringEquals: { "DynamoDB:leadingkeys": "a" } },
      { [key]: ["a"] },
      true,
    ],
    ["StringEquals of several values: any", { StringEquals: { [key]: ["a", "b"] } }, { [key]: ["b"] }, true],
    ["StringEquals has no wildcards", { StringEquals: { [key]: "*" } }, { [key]: ["b"] }, false],
    ["StringNotEquals: none of them", { StringNotEquals: { [key]: ["a", "b"] } }, { [key]: ["b"] }, false],
    ["StringNotEquals of an absent key is met", { StringNotEquals: { [key]: "a" } }, {}, true],
    ["IfExists of an absent key is met", { StringEqualsIfExists: { [key]: "a" } }, {}, true],
    ["Bool", { Bool: { "aws:SecureTransport": "true" } }, { "aws:SecureTransport": ["true"] }, true],
    ["ArnLike", { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/ima*" } }, {}, true],
    ["NumericLessThan", { NumericLessThan: { [key]: "10" } }, { [key]: ["9"] }, true],
    ["NumericGreaterThanEquals", { NumericGreaterThanEquals: { [key]: "10" } }, { [key]: ["9"] }, false],
    ["all keys must be met", { StringEquals: { [key]: "a", "s3:authType": "x" } }, { [key]: ["a"] }, false],
    ["a prefix of S3", { StringLike: { "s3:prefix": "a/*" } }, { "s3:prefix": ["a/"] }, true],
    ["another prefix of S3", { StringLike: { "s3:prefix": "a/*" } }, { "s3:prefix": ["b/"] }, false],
    ["no prefix of S3", { StringLike: { "s3:prefix": "a/*" } }, {}, false],
    ["an Allow with a key that is never given", { StringNotEquals: { "aws:SourceVpc": "x" } }, {}, false],
  ] as [string, NonNullable<Statement["Condition"]>, Context, boolean][])(
    "%s",
    (_, Condition, context, expected) => {
      expect(allowed([allow({ Condition })], "dynamodb:GetItem", "arn:x", context)).toBe(expected);
    },
  );

  it("a Deny with a key that is never given denies", () => {
    const deny = allow({ Effect: "Deny", Condition: { StringEquals: { "aws:SourceVpc": "x" } } });
    expect(allowed([allow({}), deny], "dynamodb:GetItem")).toBe(false);
  });

  it("an unknown operator fails at once", () => {
    const strange = allow({ Condition: { DateLessThan: { "aws:CurrentTime": "2030" } } });
    expect(() => createJudge([principalWith(strange)], new Map())).toThrow("DateLessThan");
  });
});

describe("resource policies", () => {
  const bucket = "arn:aws:s3:::images";
  const judged = (own: Statement[], attached: Statement[], context: Context = {}) => {
    const principal = principalWith(...own);
    const judge = createJudge([principal], new Map([[bucket, attached]]));
    return judge.allows(principal, "s3:GetObject", `${bucket}/key`, context);
  };
  const own = allow({ Action: "s3:GetObject" });
  const tlsOnly: Statement = {
    Effect: "Deny",
    Principal: { AWS: "*" },
    Action: "s3:*",
    Resource: [bucket, `${bucket}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  const grant = (Principal: unknown): Statement => ({
    Effect: "Allow",
    Principal,
    Action: "s3:GetObject",
    Resource: `${bucket}/*`,
  });

  it.each([
    ["a Deny that does not apply", [own], [tlsOnly], { "aws:SecureTransport": ["true"] }, true],
    ["a Deny that applies", [own], [tlsOnly], { "aws:SecureTransport": ["false"] }, false],
    ["an Allow for the role", [], [grant({ AWS: role })], {}, true],
    ["an Allow for everybody", [], [grant("*")], {}, true],
    ["an Allow for another role", [], [grant({ AWS: `${role}2` })], {}, false],
    ["an Allow for a service", [], [grant({ Service: "logging.s3.amazonaws.com" })], {}, false],
    [
      "naming the account leaves it to its own policies",
      [],
      [grant({ AWS: "arn:aws:iam::000000000000:root" })],
      {},
      false,
    ],
    ["a Deny for the account", [own], [{ ...grant({ AWS: "000000000000" }), Effect: "Deny" }], {}, false],
  ] as [string, Statement[], Statement[], Context, boolean][])(
    "%s",
    (_, mine, attached, context, expected) => {
      expect(judged(mine, attached, context)).toBe(expected);
    },
  );

  it("another bucket whose name begins alike is not covered", () => {
    const principal = principalWith();
    const everything: Statement = { Effect: "Allow", Principal: "*", Action: "s3:*", Resource: "*" };
    const judge = createJudge([principal], new Map([[bucket, [everything]]]));
    expect(judge.allows(principal, "s3:GetObject", `${bucket}2/key`)).toBe(false);
  });
});

it("unknown access keys belong to nobody", () => {
  expect(createJudge([principalWith()], new Map()).principalOf("AKIA")).toBeUndefined();
});

it.each([
  ["*", "", true],
  ["a*c", "abbbc", true],
  ["a*c", "abbb", false],
  ["a?c", "ac", false],
  ["*a*b*", "xxaxxbxx", true],
  ["arn:aws:s3:::b/*", "arn:aws:s3:::b/", true],
  ["a.c", "abc", false],
] as const)("the pattern %s on %s", (pattern, text, expected) => {
  expect(wildcard(pattern)(text)).toBe(expected);
});
