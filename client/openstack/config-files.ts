import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { ownValue } from "../../shared/domain/own-value.ts";
import { ConfigurationError } from "./cloud-settings.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where configuration is looked for. */
export interface Surroundings {
  readonly environment: Environment;
  readonly cwd: string;
  readonly home: string;
}

export type Mapping = { readonly [name: string]: unknown };

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The places openstacksdk looks in, in its order; the first file that is there counts. */
function candidates(
  name: string,
  named: string | undefined,
  { environment, cwd, home }: Surroundings,
): string[] {
  if (named) return [named];
  const user = environment.XDG_CONFIG_HOME || join(home, ".config");
  const folders = [cwd, join(user, "openstack"), "/etc/openstack"];
  return folders.flatMap((folder) =>
    ["yaml", "yml", "json"].map((ending) => join(folder, `${name}.${ending}`)),
  );
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return undefined;
    throw new ConfigurationError(`${path} cannot be read`, { cause: error });
  }
}

async function firstFile(name: string, named: string | undefined, where: Surroundings) {
  for (const path of candidates(name, named, where)) {
    const text = await textOf(path);
    if (text === undefined) continue;
    let document: unknown;
    try {
      document = parse(text) ?? {};
    } catch (error) {
      // The parser's own message quotes the lines around the fault, and those can hold passwords.
      throw new ConfigurationError(`${path} is not valid YAML`, { cause: error });
    }
    const clouds = isMapping(document) ? (document.clouds ?? {}) : undefined;
    if (!isMapping(clouds)) throw new ConfigurationError(`${path} has no mapping named clouds`);
    return { path, clouds };
  }
  if (named) throw new ConfigurationError(`${named} does not exist`);
  return undefined;
}

/** `over` laid over `under`, mappings merged all the way down. */
function merged(under: unknown, over: unknown): unknown {
  if (!isMapping(under) || !isMapping(over)) return over;
  const both = Object.entries(over).map(([name, value]) => [
    name,
    Object.hasOwn(under, name) ? merged(ownValue(under, name), value) : value,
  ]);
  return { ...under, ...Object.fromEntries(both) };
}

export interface CloudFile {
  readonly path: string;
  readonly clouds: Mapping;
}

/** clouds.yaml with secure.yaml laid over it; undefined when there is no clouds.yaml. Throws ConfigurationError. */
export async function readCloudFile(where: Surroundings): Promise<CloudFile | undefined> {
  const { OS_CLIENT_CONFIG_FILE, OS_CLIENT_SECURE_FILE } = where.environment;
  const main = await firstFile("clouds", OS_CLIENT_CONFIG_FILE, where);
  if (!main) return undefined;
  const secure = await firstFile("secure", OS_CLIENT_SECURE_FILE, where);
  const secrets = Object.entries(secure?.clouds ?? {}).filter(([name]) => Object.hasOwn(main.clouds, name));
  return { path: main.path, clouds: merged(main.clouds, Object.fromEntries(secrets)) as Mapping };
}
