import { defaultRules, type ImageRule, imageDefaults } from "../../../shared/policy/defaults.ts";
import type { Question } from "./questions.ts";

/** `legacy`: without secure RBAC, where what the new or the deprecated default allows is allowed. */
export type Mode = "secure" | "legacy";

export interface Policy {
  readonly name: string;
  readonly mode: Mode;
  /** In place of the defaults. */
  readonly rules: Readonly<Record<string, string>>;
  /** The questions that these rules have to do with, when not all. */
  readonly touches?: readonly Question[];
}

const creating: readonly Question[] = [
  "create",
  "create public",
  "create community",
  "create for demo",
  "create for alt",
];
const visibility: readonly Question[] = ["change to community", "change to public", "change the name"];
const memberships: readonly Question[] = [
  "list members",
  "add a member",
  "show a member",
  "show an absent member",
  "accept as a member",
  "remove a member",
];
const activity: readonly Question[] = ["deactivate", "reactivate", "download"];

/**
 * What is asked of the real Glance where a rule is denied alone; unsaid: everything. All else must be answered as
 * under the defaults.
 */
const touched: Partial<Record<ImageRule, readonly Question[]>> = {
  add_image: creating,
  delete_image: ["delete", "show"],
  get_images: ["list", "list all", "show"],
  modify_image: [
    ...visibility,
    "change nothing",
    "change what is not there",
    "add a tag",
    "remove a tag",
    "remove an absent tag",
    "stage",
    "upload",
  ],
  publicize_image: [...creating, ...visibility],
  communitize_image: [...creating, ...visibility],
  download_image: activity,
  upload_image: ["upload", "stage", "download"],
  add_member: memberships,
  delete_member: memberships,
  get_member: memberships,
  get_members: memberships,
  modify_member: memberships,
  deactivate: activity,
  reactivate: activity,
};

/** Rules about what this service does not have yet: no answer could differ. */
const unasked: readonly ImageRule[] = [
  "download_from_store",
  "delete_image_location",
  "get_image_location",
  "set_image_location",
  "add_image_location",
  "fetch_image_location",
  "copy_image",
];
const asked = (Object.keys(imageDefaults) as ImageRule[]).filter((rule) => !unasked.includes(rule));
const all = (check: string) => Object.fromEntries(asked.map((rule) => [rule, check]));

const denied = (rule: ImageRule): Policy => ({
  mode: "secure",
  name: `no ${rule}`,
  rules: { [rule]: "!" },
  ...(touched[rule] && { touches: touched[rule] }),
});

/** The defaults, all rules open to everybody in both modes, and each rule denied alone. */
export const policies: readonly Policy[] = [
  { mode: "secure", name: "defaults", rules: {} },
  { mode: "secure", name: "all open", rules: all("") },
  { mode: "legacy", name: "legacy, all open", rules: all("") },
  ...asked.map(denied),
];

const text = (check: string) => JSON.stringify(check);

/** The policy.yaml of a policy: what it changes. */
export const changesOf = ({ rules }: Policy): string =>
  Object.entries(rules)
    .map(([name, check]) => `${name}: ${text(check)}\n`)
    .join("");

/**
 * The policy.yaml with every rule in it: a Glance that runs reads a changed file, but keeps the rules that are no
 * longer there (glance/api/policy.py, `overwrite=False`).
 */
export const wholeFileOf = ({ rules, mode }: Policy): string =>
  Object.entries(defaultRules)
    .map(([name, [check, deprecated]]) => {
      const either = deprecated === undefined || mode === "secure" ? check : `(${check}) or (${deprecated})`;
      const whole = check === "" || deprecated === "" ? "" : either;
      return `${name}: ${text(rules[name] ?? whole)}\n`;
    })
    .join("");
