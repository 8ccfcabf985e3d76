import { describe, expect, test } from "vitest";
import type { Caller } from "../../../shared/caller.ts";
import { imageTarget } from "../../../shared/images/policy/image-target.ts";
import { enforceMetadef } from "../../../shared/metadefs/policy/metadef-policy.ts";
import { passes } from "../../../shared/policy/ask.ts";
import {
  baseDefaults,
  defaultRules,
  type MetadefRule,
  metadefDefaults,
  type ServiceRule,
  serviceDefaults,
} from "../../../shared/policy/defaults.ts";
import { effectiveRules } from "../../../shared/policy/effective-rules.ts";
import { parseExpression } from "../../../shared/policy/language/parse-expression.ts";
import { enforceService } from "../../../shared/policy/service-policy.ts";
import { callerWith, imageWith, statusOf } from "./callers.ts";

const admin = callerWith("others", "admin");
const member = callerWith("owners", "member", "reader");
const reader = callerWith("owners", "reader");
const stranger = callerWith("others", "member", "reader");
const service = callerWith("others", "service");
const nobody = callerWith("owners");

test("all 67 rules are there", () => {
  expect(Object.keys(defaultRules)).toHaveLength(67);
  expect(Object.keys(baseDefaults)).toHaveLength(5);
  expect([...effectiveRules(new Map(), true).keys()]).toEqual(Object.keys(defaultRules));
});

describe("rules about metadata definitions", () => {
  const names = Object.keys(metadefDefaults) as MetadefRule[];
  const reads = names.filter((name) => /^(get|list)/.test(name));
  const writes = names.filter((name) => !/^(get|list)/.test(name));
  const owned = { owner: "owners", visibility: "private" } as const;
  const open = { owner: "owners", visibility: "public" } as const;

  test.each([
    ["admin", admin, owned, 200, 200],
    ["member of the owner", member, owned, 200, 403],
    ["reader of the owner", reader, owned, 200, 403],
    ["stranger, private", stranger, owned, 404, 404],
    ["stranger, public", stranger, open, 200, 403],
    ["service, public", service, open, 404, 404],
    ["no role, own", nobody, owned, 404, 404],
    ["reader, no namespace", reader, undefined, 200, 403],
  ])("%s", (_, caller, namespace, read, write) => {
    const ask = (rule: MetadefRule) => statusOf(() => enforceMetadef(rule, caller, namespace));
    for (const rule of reads) {
      // The list looks at the project alone: strangers get it for their own, which is no namespace's.
      if (rule !== "get_metadef_namespaces") expect([rule, ask(rule)]).toEqual([rule, read]);
    }
    for (const rule of writes) expect([rule, ask(rule)]).toEqual([rule, write]);
  });

  test("to a token of another scope there is no namespace", () => {
    const caller: Caller = { ...callerWith("", "admin"), scope: "system" };
    for (const rule of [...reads, ...writes])
      expect([rule, statusOf(() => enforceMetadef(rule, caller, open))]).toEqual([rule, 404]);
  });
});

test("rules about tasks, cache and stores are the admin's, but for two kinds", () => {
  const open: readonly ServiceRule[] = ["get_task", "get_tasks", "add_task", "modify_task"];
  for (const rule of Object.keys(serviceDefaults) as ServiceRule[]) {
    const ask = (caller: Caller) => statusOf(() => enforceService(rule, caller));
    expect(ask(admin)).toBe(200);
    expect([rule, ask(member)]).toEqual([rule, open.includes(rule) ? 200 : 403]);
    expect([rule, ask(service)]).toEqual([
      rule,
      open.includes(rule) || rule === "stores_info_detail" ? 200 : 403,
    ]);
    expect(ask({ ...admin, scope: "domain" })).toBe(403);
  }
});

describe("without the new defaults", () => {
  const image = imageWith({ visibility: "public" });
  const ask = (rule: string, caller: Caller) =>
    passes(effectiveRules(new Map(), false).get(rule) ?? false, caller, imageTarget(image, caller));

  test("what was open before is open again", () => {
    for (const rule of ["get_image", "get_images", "add_image", "download_image", "get_members"]) {
      expect([rule, ask(rule, nobody)]).toEqual([rule, true]);
    }
    expect(ask("publicize_image", member)).toBe(false);
    expect(ask("cache_list", member)).toBe(false);
    expect(ask("get_metadef_object", nobody)).toBe(true);
  });

  test("but only the owner and admins delete an image and choose its members", () => {
    for (const rule of ["delete_image", "add_member", "delete_member"]) {
      expect([rule, ask(rule, nobody), ask(rule, stranger), ask(rule, admin)]).toEqual([
        rule,
        true,
        false,
        true,
      ]);
    }
    const opened = effectiveRules(new Map([["delete_image", true]]), false);
    expect(passes(opened.get("delete_image") ?? false, stranger, imageTarget(image, stranger))).toBe(false);
  });
});

describe("an operator's rules", () => {
  const given = () =>
    effectiveRules(
      new Map([
        ["context_is_admin", parseExpression("role:cloud_admin")],
        ["get_image", parseExpression("rule:default and 'debian':%(os_distro)s")],
      ]),
      true,
    );
  const ask = (rule: string, caller: Caller, image = imageWith()) =>
    passes(given().get(rule) ?? false, caller, imageTarget(image, caller));

  test("stand in place of Glance's, also where others refer to them", () => {
    expect(ask("delete_image", admin)).toBe(false);
    expect(ask("delete_image", callerWith("others", "cloud_admin"))).toBe(true);
  });

  test("see attributes and custom properties, nothing inside", () => {
    expect(ask("get_image", nobody, imageWith({ properties: { os_distro: "debian" } }))).toBe(true);
    expect(ask("get_image", nobody, imageWith({ properties: { os_distro: "other" } }))).toBe(false);
    expect(ask("get_image", nobody)).toBe(false);
    const target = imageTarget(
      imageWith({ min_disk: 12, locations: [{ store: "s3", key: "k", size: 1 }] }),
      nobody,
    );
    expect(["id", "image_id", "min_disk", "project_id", "owner"].map(target)).toEqual([
      imageWith().id,
      imageWith().id,
      12,
      "owners",
      "owners",
    ]);
    expect(["location", "revision", "transfer_id", "toString", "constructor"].map(target)).toEqual(
      Array(5).fill(undefined),
    );
  });

  test("nobody's credential is asked for in vain", () => {
    const asking = (text: string) => () =>
      effectiveRules(new Map([["get_image", parseExpression(text)]]), true);
    expect(asking("@ or not (tenant:%(owner)s)")).toThrow("there is no credential `tenant`");
    expect(asking("is_admin:True")).toThrow("there is no credential `is_admin`");
    expect(asking("service_roles:service")).not.toThrow();
  });
});
