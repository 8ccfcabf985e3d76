import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Deployment, Resource, StackTemplate } from "./templates.ts";

const home = dirname(createRequire(import.meta.url).resolve("@cdklabs/cdk-validator-cfnguard/package.json"));
const program = join(
  home,
  "bin",
  process.platform === "darwin" ? "macos" : "ubuntu",
  process.arch === "arm64" ? "aarch64" : "x86_64",
  "cfn-guard",
);
const rules = join(home, "rules/control-tower/cfn-guard");

/** A rule of AWS Control Tower that a resource does not keep. */
export interface Failure {
  readonly rule: string;
  readonly type: string;
  /** Its stack and logical id. */
  readonly resource: string;
}

/** What no rule looks at and is long: the API's routes, and what functions are told. */
const unread: Readonly<Record<string, string>> = {
  "AWS::ApiGateway::RestApi": "Body",
  "AWS::Lambda::Function": "Environment",
};

const idOf = (stack: string, logicalId: string): string => `${stack.replace(/\W/g, "")}${logicalId}`;

/** With references to what the stack's resources are called among those of all stacks. */
function renamed(value: unknown, stack: StackTemplate): unknown {
  if (Array.isArray(value)) return value.map((one) => renamed(one, stack));
  if (typeof value !== "object" || value === null) return value;
  const target = (name: unknown) =>
    Object.hasOwn(stack.Resources, String(name)) ? idOf(stack.name, String(name)) : name;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key === "Ref") return [key, target(inner)];
      if (key === "Fn::GetAtt" && Array.isArray(inner)) return [key, [target(inner[0]), ...inner.slice(1)]];
      return [key, renamed(inner, stack)];
    }),
  );
}

function shortened(resource: Resource, stack: StackTemplate): Resource {
  const { [unread[resource.Type] ?? ""]: _, ...rest } = resource.Properties ?? {};
  return { Type: resource.Type, Properties: renamed(rest, stack) as Record<string, unknown> };
}

/** All resources under names of their own. What several deployments have alike is looked at once. */
function different(deployments: readonly Deployment[]): Map<string, Resource> {
  const seen = new Set<string>();
  const found = new Map<string, Resource>();
  for (const stack of deployments.flatMap(({ stacks }) => stacks)) {
    for (const [logicalId, resource] of Object.entries(stack.Resources)) {
      const short = shortened(resource, stack);
      const id = idOf(stack.name, logicalId);
      const text = JSON.stringify([id, short]);
      if (seen.has(text)) continue;
      seen.add(text);
      found.set(found.has(id) ? `${id}V${found.size}` : id, short);
    }
  }
  return found;
}

const pathsIn = (value: unknown): string[] => {
  if (typeof value !== "object" || value === null) return [];
  const own = "path" in value && typeof value.path === "string" ? [value.path] : [];
  return [...own, ...Object.values(value).flatMap(pathsIn)];
};

interface Report {
  readonly name: string;
  readonly not_compliant: readonly { readonly Rule: { readonly name: string } }[];
}

/**
 * Runs AWS's Guard with the rules of Control Tower over all resources. A program of its package does: its plugin for the
 * CDK starts it once a rule and template, which takes a minute for one deployment.
 */
export function guardFailures(deployments: readonly Deployment[]): { failures: Failure[]; looked: number } {
  const resources = different(deployments);
  const folder = mkdtempSync(join(tmpdir(), "glance-guard-"));
  try {
    const file = join(folder, "all.json");
    writeFileSync(file, JSON.stringify({ Resources: Object.fromEntries(resources) }));
    const types = new Set([...resources.values()].map(({ Type }) => Type));
    const words = ["validate", ...rulesFor(types), "-d", file, "--structured", "-o", "json", "-S", "none"];
    const reports = JSON.parse(outputOf(words)) as Report[];
    const failures = reports.flatMap(({ not_compliant }) =>
      not_compliant.flatMap((one) => {
        const ids = new Set(pathsIn(one).map((path) => path.split("/")[2] ?? ""));
        return [...ids].flatMap((resource) => {
          const found = resources.get(resource);
          return found ? [{ rule: one.Rule.name, type: found.Type, resource }] : [];
        });
      }),
    );
    return { failures, looked: resources.size };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Those that look at one of the types, as arguments. */
const rulesFor = (types: ReadonlySet<string>): string[] =>
  readdirSync(rules, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".guard"))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => {
      const named = readFileSync(file, "utf8").match(/AWS::\w+::\w+/g) ?? [];
      return named.some((type) => types.has(type));
    })
    .flatMap((file) => ["-r", file]);

/** What it prints, also when rules are not kept, which it says by its exit code. */
function outputOf(words: readonly string[]): string {
  try {
    return execFileSync(program, words, {
      encoding: "utf8",
      maxBuffer: 1e9,
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    const { status, stdout, stderr } = error as { status?: number; stdout?: string; stderr?: string };
    // 19: rules are not kept; 5: a file cannot be read.
    if (status === 19 && stdout) return stdout;
    throw new Error(`cfn-guard ended with ${status}: ${stderr}`, { cause: error });
  }
}
