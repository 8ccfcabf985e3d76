import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Expression } from "../../../shared/policy/language/check.ts";
import { evaluate } from "../../../shared/policy/language/evaluate.ts";
import { parseExpression } from "../../../shared/policy/language/parse-expression.ts";
import { resolveRules } from "../../../shared/policy/language/resolve-rules.ts";
import { pythonPattern } from "../../../shared/policy/property-protections/python-pattern.ts";

/** The distribution's Python, which has its oslo.policy. */
const python = (program: string, input: unknown): unknown =>
  JSON.parse(
    execFileSync("/usr/bin/python3", ["-W", "ignore", "-c", program], {
      input: JSON.stringify(input),
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    }),
  );

const osloPolicy = `
import json, logging, sys, types
from oslo_policy import _parser
logging.disable(logging.CRITICAL)
given = json.load(sys.stdin)
enforcer = types.SimpleNamespace(rules={n: _parser.parse_rule(t) for n, t in given["rules"].items()})
print(json.dumps([bool(_parser.parse_rule(t)(given["target"], given["credentials"], enforcer)) for t in given["asked"]]))
`;

const reSearch = `
import json, re, sys
def search(pattern, names):
    try:
        compiled = re.compile(pattern)
    except re.error:
        return None
    return [compiled.search(name) is not None for name in names]
given = json.load(sys.stdin)
print(json.dumps([search(p, given["names"]) for p in given["patterns"]]))
`;

const joined = (...parts: string[]) => fc.array(fc.constantFrom(...parts), { maxLength: 12 });

test("oslo.policy decides every rule that we can read as we do", () => {
  const rules = { yes: "@", no: "!", own: "project_id:%(project_id)s and role:member" };
  const credentials = {
    user_id: "u1",
    project_id: "p1",
    roles: ["member", "reader"],
    token: { a: [{ b: "x" }] },
  };
  const target = { project_id: "p1", visibility: "public", protected: true, min_ram: 0, role: "READER" };
  const checks = [
    ..."@ ! role:member role:Admin role:%(role)s role:%(none)s rule:yes rule:no rule:own roles:reader".split(
      " ",
    ),
    ..."project_id:%(project_id)s user_id:%(project_id)s 'public':%(visibility)s True:%(protected)s".split(
      " ",
    ),
    ..."0:%(min_ram)s token.a.b:x token.a.c:x 'a%%b':a%%b".split(" "),
  ];
  const operand = fc
    .tuple(
      fc.constantFrom("", "not ", "(", "NOT ("),
      fc.constantFrom(...checks),
      fc.constantFrom("", ")", " )"),
    )
    .map((parts) => parts.join(""));
  const text = fc
    .array(fc.tuple(operand, fc.constantFrom(" and ", " or ", " OR ", "\tand\n", " ")), {
      minLength: 1,
      maxLength: 6,
    })
    .map((pairs) => pairs.flat().slice(0, -1).join(""));
  const asked = fc.sample(text, { numRuns: 20_000, seed: 1 }).filter((rule) => {
    try {
      return parseExpression(rule) !== undefined;
    } catch {
      return false;
    }
  });
  expect(asked.length).toBeGreaterThan(2000);

  const named = Object.entries(rules).map(([name, rule]): [string, Expression] => [
    name,
    parseExpression(rule),
  ]);
  const resolved = resolveRules(
    new Map([...named, ...asked.map((rule): [string, Expression] => [`:${rule}`, parseExpression(rule)])]),
  );
  const ours = asked.map((rule) =>
    evaluate(resolved.get(`:${rule}`) ?? false, credentials, (name) => target[name as keyof typeof target]),
  );
  const theirs = python(osloPolicy, { rules, credentials, target, asked }) as boolean[];
  const different = asked.filter((_, index) => ours[index] !== theirs[index]);
  expect(different).toEqual([]);
});

test("Python finds every pattern that we can translate where we do", () => {
  const pieces = joined(
    ..."a b B _ é 9 - . \\. \\w \\W \\d \\D \\s \\b \\B \\A \\Z ^ $ | ( ) (?: (?= (?! (?i: (?P<n> (?P=n) \\1 [ ] [^ [\\w- * + ? {2} {,1} {1,} {".split(
      " ",
    ),
    " ",
    "\n",
  ).map((parts) => parts.join(""));
  const classes = joined(..."a z - ^ ] \\] \\w \\W \\d & | [".split(" ")).map(
    (parts) => `[${parts.join("")}]`,
  );
  const patterns = fc.sample(fc.oneof(pieces, classes), { numRuns: 10_000, seed: 1 });
  // Not the empty name: there \B depends on the version of Python.
  const names = [
    "a",
    "b",
    "ab",
    "aB",
    "aa",
    "a_b-9.",
    "é",
    "bé b",
    "a\n",
    "\n",
    "a\nb",
    "]",
    "[^a-z]",
    "&|",
    "٣",
  ];
  const theirs = python(reSearch, { patterns, names }) as (boolean[] | null)[];
  let compared = 0;
  const different = patterns.filter((text, index) => {
    try {
      const pattern = new RegExp(...pythonPattern(text));
      compared++;
      return String(names.map((name) => pattern.test(name))) !== String(theirs[index]);
    } catch {
      return false;
    }
  });
  expect(compared).toBeGreaterThan(2000);
  expect(different).toEqual([]);
});
