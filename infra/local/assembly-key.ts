import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { certificateFiles } from "../stacks/app-certificates.ts";
import { appSettings } from "../stacks/app-settings.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What the app and its bundles are made of. Packages are what the lock files say; npm writes the second one. */
const folders = ["client", "functions", "infra", "shared"];
const files = [
  "cdk.json",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "node_modules/.package-lock.json",
];

/** Variables that the app, Node or esbuild may read, and so part of the key. */
const decisive = /^(GLANCE|CDK|AWS|NODE|ESBUILD)_/;
/** Variables that a process needs and that change nothing in what it makes. */
const harmless = ["PATH", "HOME", "USERPROFILE", "TMPDIR", "TMP", "TEMP", "SystemRoot"];

/** The part of an environment that the app gets: what is not in the key is not handed over. */
export const appEnvironment = (environment: Environment): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(environment).filter(([name]) => decisive.test(name) || harmless.includes(name)),
  );

/**
 * A name for all that decides what the app in `root` synthesises: sources, lock files, the files that the settings
 * name, and this environment. Undefined when that is not known: the settings are bad, or a context comes from elsewhere.
 */
export function assemblyKey(root: string, environment: Environment): string | undefined {
  if (environment.CDK_CONTEXT_JSON !== undefined) return undefined;
  const named = namedFiles(root, environment);
  if (named === undefined) return undefined;
  const { add, addFile, digest } = keyOf(root);
  add("sources", sourcesKey(root));
  for (const [name, value = ""] of Object.entries(appEnvironment(environment)).sort())
    if (decisive.test(name)) add(name, value);
  for (const path of named) addFile(path);
  return digest();
}

/** A name for what the bundles in `root` are made of, but for the policy. */
export function sourcesKey(root: string): string {
  const { add, addFile, digest } = keyOf(root);
  add("node", `${process.version} ${process.platform} ${process.arch} ${root}`);
  for (const file of files) addFile(join(root, file));
  for (const folder of folders) for (const path of filesBelow(join(root, folder))) addFile(path);
  return digest();
}

function keyOf(root: string) {
  const hash = createHash("sha256");
  const add = (name: string, content: string | Buffer): void => {
    hash.update(`${JSON.stringify(name)} ${content.length}\n`).update(content);
  };
  const addFile = (path: string): void =>
    add(relative(root, path), existsSync(path) ? readFileSync(path) : "absent");
  return { add, addFile, digest: () => hash.digest("hex") };
}

/** Files of the operator's that the settings name, which the app reads in its working folder. */
function namedFiles(root: string, environment: Environment): readonly string[] | undefined {
  try {
    const { context } = JSON.parse(readFileSync(join(root, "cdk.json"), "utf8"));
    const settings = appSettings(context?.settings, environment);
    const { policy_file, property_protection_file, trusted_certificates_file } = settings;
    const folder = settings.signing_certificates_folder;
    const certificates = folder === "" ? [] : certificateFiles(resolve(root, folder));
    return [policy_file, property_protection_file, trusted_certificates_file, ...certificates]
      .filter((path) => path !== "")
      .map((path) => resolve(root, path));
  } catch {
    // The app says what is wrong with them.
    return undefined;
  }
}

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
