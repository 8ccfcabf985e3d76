import {
  type ImageRule,
  imageDefaults,
  type MetadefRule,
  metadefDefaults,
  type ServiceRule,
  serviceDefaults,
} from "./defaults.ts";
import type { Check } from "./language/check.ts";
import type { Protection } from "./property-protections/protection.ts";

export type RuleTable<Name extends string> = Readonly<Record<Name, Check>>;

/** A whole policy as plain data, the rules cut by what they are about: a function carries only what it asks. */
export interface PolicyParts {
  /** Who is an admin: Glance's rule `context_is_admin`. */
  readonly adminCheck: Check;
  readonly imageRules: RuleTable<ImageRule>;
  readonly metadefRules: RuleTable<MetadefRule>;
  readonly serviceRules: RuleTable<ServiceRule>;
  /** In the order of the file; null: properties are not protected. */
  readonly protections: readonly Protection[] | null;
}

export function policyParts(
  rules: ReadonlyMap<string, Check>,
  protections: PolicyParts["protections"],
): PolicyParts {
  const checkOf = (name: string): Check => {
    const check = rules.get(name);
    if (check === undefined) throw new Error(`no rule ${name}`);
    return check;
  };
  const table = <Name extends string>(names: Readonly<Record<Name, unknown>>) =>
    Object.fromEntries(Object.keys(names).map((name) => [name, checkOf(name)])) as RuleTable<Name>;
  return {
    adminCheck: checkOf("context_is_admin"),
    imageRules: table(imageDefaults),
    metadefRules: table(metadefDefaults),
    serviceRules: table(serviceDefaults),
    protections,
  };
}
