import { describe, expect, test } from "vitest";
import * as deployedPolicy from "../../../shared/policy/deployed-policy.ts";
import { policyModule } from "../../../shared/policy/deployment/policy-module.ts";
import { readPolicy } from "../../../shared/policy/deployment/read-policy.ts";
import type { PolicyParts } from "../../../shared/policy/policy-parts.ts";

const read = (text: string, protections?: string, protectionFormat: "roles" | "policies" = "roles") =>
  readPolicy({
    policy: { name: "policy.yaml", text },
    protections: protections === undefined ? undefined : { name: "protections.conf", text: protections },
    protectionFormat,
    newDefaults: true,
  });

describe("a policy file", () => {
  test("says what it changes, in YAML or JSON, in both forms of the language", () => {
    const yaml = `# ours
"delete_image": "rule:cleaner"
cleaner: role:cleaner
get_image: [["role:a"], ["role:b", "role:c"]]
`;
    for (const text of [
      yaml,
      JSON.stringify({ delete_image: "role:cleaner", get_image: [["role:a"], ["role:b", "role:c"]] }),
    ]) {
      const { imageRules } = read(text);
      expect(imageRules.delete_image).toEqual(["role", ["cleaner"]]);
      expect(imageRules.get_image).toEqual([
        "or",
        [
          ["role", ["a"]],
          [
            "and",
            [
              ["role", ["b"]],
              ["role", ["c"]],
            ],
          ],
        ],
      ]);
      expect(imageRules.upload_image).toEqual(deployedPolicy.imageRules().upload_image);
    }
  });

  test.each(["", "# nothing\n", "{}"])("may say nothing: %j", (text) => {
    expect(read(text).imageRules).toEqual(deployedPolicy.imageRules());
  });

  test.each([
    ["[]", 1, "expected a mapping"],
    ["a: b: c", 1, "Nested mappings"],
    ["\n'get_image", 2, "quote"],
    ["get_image: ''\nget_image: '!'", 2, "Map keys must be unique"],
    ["get_image: *x", 1, "alias"],
    ["get_image:", 1, "rule get_image: expected a text or a list"],
    ["get_image: 5", 1, "expected a text or a list"],
    ["get_image: [[5]]", 1, "expected a text or a list"],
    ["? [a]\n: '@'", 1, "the name of a rule must be a text"],
    ["\n\nget_image: '@ or'", 3, "rule get_image: character 5: expected a check, found the end"],
    ["get_image: >\n  role:a or\n  nope", 3, "`nope` is no check"],
    ["get_image: |\n  role:a or\n  nope", 3, "`nope` is no check"],
    ["get_image:\n  role:a or\n  nope", 3, "`nope` is no check"],
    ["get_image: 'role:a or\n\n  @ and'\nx: '@'", 3, "found the end"],
    ["get_image:\n  - role:a\n  - a and b", 2, "is no check"],
    [
      "get_imag: '@'",
      1,
      "there is no rule get_imag, and no other rule refers to it: did you mean get_image?",
    ],
    ["a: '@'\nget_image: rule:a\nb: '@'", 3, "there is no rule b"],
    [
      "get_image: '@'\nadd_image: rule:get_imagee",
      2,
      "rule:get_imagee is not defined: did you mean get_image?",
    ],
    [
      "get_image: '@'\ncontext_is_admin: rule:delete_image",
      2,
      "in a circle: context_is_admin -> delete_image",
    ],
    ["get_image: user.id:1", 1, "there is no credential `user.id`"],
    ["get_image: http://x/%(id)s", 1, "http: checks ask a remote server"],
  ])("%j is refused in line %i: %s", (text, line, reason) => {
    expect(() => read(text)).toThrow(`policy.yaml:${line}: `);
    expect(() => read(text)).toThrow(reason);
  });
});

describe("a file of property protections", () => {
  const rest = "read = @\nupdate = @\ndelete = @\n";

  test("keeps its order after Glance's own, and knows what configparser knows", () => {
    const text = `# comment
[DEFAULT]
DELETE: !
[^x_[a-z]+]
create = Admin, member
read : @
update =
[os_glance_mine]
create = @
${rest}
[.*]
  ; comment
create = admin,
    member
${rest}`;
    expect(read("", text).protections).toEqual([
      { pattern: ["^os_glance", "v"], create: true, read: true, update: true, delete: true },
      {
        pattern: ["^x_[a-z]+", "v"],
        create: [
          "or",
          [
            ["role", ["admin"]],
            ["role", ["member"]],
          ],
        ],
        read: true,
        update: ["or", []],
        delete: false,
      },
      {
        pattern: ["[^\\n]*", "v"],
        create: [
          "or",
          [
            ["role", ["admin"]],
            ["role", ["member"]],
          ],
        ],
        read: true,
        update: true,
        delete: true,
      },
    ]);
  });

  test("in the format policies names rules of the policy file", () => {
    const text = "[a]\ncreate = maker\nread = context_is_admin\nupdate = !\ndelete =\n";
    expect(read("maker: role:maker", text, "policies").protections?.[1]).toEqual({
      pattern: ["a", "v"],
      create: ["role", ["maker"]],
      read: ["role", ["admin"]],
      update: false,
      delete: false,
    });
  });

  test.each([
    ["[a\ncreate = @", 1, "expected [section] or key = value"],
    ["create = @", 1, "this line is in no section"],
    ["[a]\nwhat", 2, "expected [section] or key = value"],
    ["[a(]\ncreate = @\n", 1, "[a(]: "],
    ["\n[a]\ncreate = @\n", 2, "[a]: read is missing"],
    ["[a]\ncreate = @, !\n", 2, "create: @ and ! exclude each other"],
    ["[a]\ncreate = admin\n  member\n", 2, "create: a comma is missing"],
    ["[a]\ncreate = @\ncreate = !\n", 3, "there is a second create in [a]"],
    [`[a]\ncreate = @\n${rest}[a]\n`, 6, "there is a second section [a]"],
    ["[a]\ncreate = 100%\n", 2, "% must be doubled"],
    ["[a]\nwrite = @\n", 2, "unknown key write"],
  ])("%j is refused in line %i: %s", (text, line, reason) => {
    expect(() => read("", text)).toThrow(`protections.conf:${line}: `);
    expect(() => read("", text)).toThrow(reason);
  });

  test.each([
    ["maker, admin", "only one rule can stand here"],
    ["make", "there is no rule make: did you mean maker?"],
  ])("in the format policies %s is refused", (value, reason) => {
    expect(() => read("maker: role:m", `[a]\ncreate = ${value}\n${rest}`, "policies")).toThrow(
      `protections.conf:2: [a]: create: ${reason}`,
    );
  });
});

test("the bundled module says the same as the policy it was made of", async () => {
  const policies: PolicyParts[] = [
    read("get_image: not (role:\"a'b`\\\\\" or !)\ndelete_image: '@'"),
    read("", "[^a]\ncreate = x\nread = @\nupdate = !\ndelete =\n"),
  ];
  for (const parts of policies) {
    const source = Buffer.from(policyModule(parts)).toString("base64");
    const module: Record<string, () => unknown> = await import(`data:text/javascript;base64,${source}`);
    expect(Object.keys(module).sort()).toEqual(Object.keys(deployedPolicy).sort());
    const said = Object.fromEntries(Object.entries(module).map(([name, part]) => [name, part()]));
    expect(said).toEqual(parts);
  }
});
