import type { Check } from "../language/check.ts";
import type { PolicyParts } from "../policy-parts.ts";

/**
 * The source of a module that stands for `deployed-policy.ts` in the bundles: one function an entry, so that those
 * which nobody asks for are left out, and what several rules share is there once.
 */
export function policyModule(parts: PolicyParts): string {
  const declarations: string[] = [];
  const names = new Map<string, string>();
  /** An expression for the check: the name of a constant, made where there is none yet. */
  const sourceOf = (check: Check): string => {
    if (typeof check === "boolean") return String(check);
    const [kind] = check;
    let source = JSON.stringify(check);
    if (kind === "not") source = `["not",${sourceOf(check[1])}]`;
    if (kind === "and" || kind === "or") source = `["${kind}",[${check[1].map(sourceOf)}]]`;
    const name = names.get(source) ?? `check${names.size}`;
    if (!names.has(source)) declarations.push(`const ${name}=${source};`);
    names.set(source, name);
    return name;
  };
  const table = (rules: Readonly<Record<string, Check>>): string =>
    `{${Object.entries(rules).map(([name, check]) => `${JSON.stringify(name)}:${sourceOf(check)}`)}}`;

  const sources: Readonly<Record<keyof PolicyParts, string>> = {
    adminCheck: sourceOf(parts.adminCheck),
    imageRules: table(parts.imageRules),
    metadefRules: table(parts.metadefRules),
    serviceRules: table(parts.serviceRules),
    protections: JSON.stringify(parts.protections),
  };
  const exports = Object.entries(sources).map(
    ([name, source]) => `const ${name}Data=${source};export const ${name}=()=>${name}Data;`,
  );
  return [...declarations, ...exports].join("\n");
}
