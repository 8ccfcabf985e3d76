import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Check, Expression, Template } from "../../../shared/policy/language/check.ts";
import { evaluate } from "../../../shared/policy/language/evaluate.ts";
import { parseExpression, parseListExpression } from "../../../shared/policy/language/parse-expression.ts";
import { PolicySyntaxError } from "../../../shared/policy/language/policy-syntax-error.ts";
import { RuleCycle, resolveRules, UndefinedRule } from "../../../shared/policy/language/resolve-rules.ts";
import { printExpression } from "./print-expression.ts";

const credentials = {
  user_id: "u1",
  project_id: "p1",
  roles: ["member", "reader"],
  token: { domain: { id: "d1" }, tags: [{ name: "a" }, { name: "b" }] },
  system_scope: null,
};
const values: Readonly<Record<string, unknown>> = {
  project_id: "p1",
  owner: null,
  visibility: "public",
  protected: true,
  min_ram: 0,
  size: 12,
  wanted: "MEMBER",
  "os.distro": "debian",
  tags: ["x"],
};
const target = (name: string) => values[name];
const others = new Map<string, Expression>([
  ["yes", true],
  ["no", false],
  ["own", parseExpression("project_id:%(project_id)s")],
]);
const resolved = (expression: Expression): Check =>
  resolveRules(new Map([...others, ["asked", expression]])).get("asked") ?? false;
const passes = (text: string): boolean => evaluate(resolved(parseExpression(text)), credentials, target);

describe("a rule passes or not", () => {
  test.each([
    ["", true],
    ["@", true],
    ["!", false],
    ["not !", true],
    ["not not @", true],
    ["role:member", true],
    ["role:MEMBER", true],
    ["role:%(wanted)s", true],
    ["role:admin", false],
    ["role:%(absent)s", false],
    ["Role:member", false],
    ["roles:member", true],
    ["roles:MEMBER", false],
    ["rule:yes", true],
    ["rule:no", false],
    ["rule:own", true],
    ["project_id:%(project_id)s", true],
    ["project_id:p1", true],
    ["user_id:%(project_id)s", false],
    ["absent:%(project_id)s", false],
    ["project_id.id:p1", false],
    ["token.domain.id:d1", true],
    ["token.domain.name:d1", false],
    ["token.tags.name:b", true],
    ["token.tags.name:c", false],
    ["'public':%(visibility)s", true],
    ['"public":%(visibility)s', true],
    ["'Public':%(visibility)s", false],
    ["True:%(protected)s", true],
    ["False:%(protected)s", false],
    ["'True':%(protected)s", true],
    ["0:%(min_ram)s", true],
    ["12:%(size)s", true],
    ["None:%(owner)s", true],
    ["'None':%(owner)s", true],
    ["project_id:%(owner)s", false],
    ["system_scope:%(owner)s", false],
    ["system_scope:None", true],
    ["'debian':%(os.distro)s", true],
    ["'x-p1-public%':x-%(project_id)s-%(visibility)s%%", true],
    ["'x':%(tags)s", false],
    ["@ or ! and !", true],
    ["(@ or !) and !", false],
    ["! and ! or @", true],
    ["not @ or @", true],
    ["not (@ or @)", false],
    ["@ AND NOT !", true],
    ["( role:member and ( rule:no or rule:yes ) )", true],
  ])("%s: %s", (text, expected) => {
    expect(passes(text)).toBe(expected);
  });

  test.each([
    [[], true],
    [[[]], false],
    [["role:admin"], false],
    [["role:admin", "role:member"], true],
    [[["role:admin"], ["role:member", "project_id:p1"]], true],
    [[["role:member", "project_id:p2"]], false],
    [[["@", "!"], []], false],
  ])("the older form %j: %s", (list, expected) => {
    expect(evaluate(resolved(parseListExpression(list)), credentials, target)).toBe(expected);
  });
});

describe("what cannot be read is refused with its place", () => {
  test.each([
    [" ", 2, "expected a check, found the end"],
    ["role:a and", 11, "expected a check, found the end"],
    ["and role:a", 1, "expected a check, found `and`"],
    ["role:a role:b", 8, "unexpected `role:b`"],
    ["(role:a", 1, "this parenthesis is not closed"],
    ["role:a)", 7, "unexpected `)`"],
    ["()", 2, "expected a check, found `)`"],
    ["@ or admin", 6, "`admin` is no check"],
    ["role:", 6, "the name after role: is missing"],
    [":x", 1, "is no check"],
    ["role:a)and(role:b", 7, "`)` cannot stand inside a check"],
    ["role:%(x)d", 6, "after % there must be (name)s"],
    ["role:%s", 6, "after % there must be (name)s"],
    ["'x':100%", 8, "after % there must be (name)s"],
    ["'x'", 1, "is only a text"],
    ["'a\\'b':x", 1, "neither a literal nor the name of a credential"],
    ["a b:c", 1, "`a` is no check"],
    ["http://example.org/%(id)s", 1, "http: checks ask a remote server"],
    ["@ and https:x", 7, "https: checks ask a remote server"],
    [`${"(".repeat(101)}@${")".repeat(101)}`, 101, "nested too deeply"],
  ])("%s", (text, position, reason) => {
    const error = (() => {
      try {
        return parseExpression(text);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(PolicySyntaxError);
    expect(error).toMatchObject({ position, reason: expect.stringContaining(reason) });
  });

  test("a reference to nothing", () => {
    expect(() => resolveRules(new Map([["a", parseExpression("@ or rule:b")]]))).toThrow(UndefinedRule);
  });

  test("a circle, at any length", () => {
    const circle = (...rules: [string, string][]) =>
      resolveRules(new Map(rules.map(([name, text]) => [name, parseExpression(text)])));
    expect(() => circle(["a", "not rule:a"])).toThrow("a -> a");
    expect(() => circle(["x", "rule:a"], ["a", "@ and rule:b"], ["b", "rule:c"], ["c", "rule:a"])).toThrow(
      "a -> b -> c -> a",
    );
    expect(() => circle(["x", "rule:a"], ["a", "rule:a"])).toThrow(RuleCycle);
  });
});

const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/);
const constant = fc.stringMatching(/^[a-z0-9%:_.-]{1,8}$/);
const template: fc.Arbitrary<Template> = fc.oneof(
  constant.map((text) => [text]),
  fc.tuple(constant, name, constant).map((pieces) => [...pieces]),
);
const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 5 },
    fc.boolean(),
    fc.tuple(fc.constant("rule" as const), name),
    fc.tuple(fc.constant("role" as const), template),
    fc.tuple(fc.constant("literal" as const), fc.stringMatching(/^[a-z'%]{0,6}$/), template),
    fc.tuple(fc.constant("credential" as const), fc.array(name, { minLength: 1, maxLength: 3 }), template),
    fc.tuple(fc.constant("not" as const), tie("expression")),
    fc.tuple(
      fc.constantFrom("and" as const, "or" as const),
      fc.array(tie("expression"), { minLength: 2, maxLength: 3 }),
    ),
  ),
}));
const isReserved = (text: string) => ["rule", "role", "http", "https"].includes(text);
const hasReservedCredential = (tree: Expression): boolean => {
  if (typeof tree === "boolean") return false;
  if (tree[0] === "credential") return tree[1].length === 1 && isReserved(tree[1][0] ?? "");
  if (tree[0] === "not") return hasReservedCredential(tree[1]);
  return (tree[0] === "and" || tree[0] === "or") && tree[1].some(hasReservedCredential);
};

test("a printed rule reads as the same rule", () => {
  fc.assert(
    fc.property(expression, (tree) => {
      fc.pre(!hasReservedCredential(tree));
      expect(parseExpression(printExpression(tree))).toEqual(tree);
    }),
    { numRuns: 500 },
  );
});

test("any text is a rule or a PolicySyntaxError, whose place lies in it", () => {
  const words = fc.constantFrom(
    "and",
    "or",
    "not",
    "(",
    ")",
    " ",
    "@",
    "!",
    "role:a",
    "'b':%(c)s",
    "%(",
    ":",
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(words).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(text, (rule) => {
      try {
        parseExpression(rule);
      } catch (error) {
        if (!(error instanceof PolicySyntaxError)) throw error;
        expect(error.position).toBeGreaterThanOrEqual(1);
        expect(error.position).toBeLessThanOrEqual(rule.length + 1);
      }
    }),
    { numRuns: 500 },
  );
});
