import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ownValue } from "../../shared/own-value.ts";
import { jsonDocument, yamlDocument } from "./cloud-document.ts";
import { ConfigurationError } from "./cloud-settings.ts";
import { emptyValues, put } from "./cloud-values.ts";
import { isMapping, type Mapping } from "./mapping.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where configuration is looked for. */
export interface ConfigSources {
  readonly environment: Environment;
  readonly cwd: string;
  readonly home: string;
  /** Told what was passed over, in a line for people. */
  readonly warn?: (line: string) => void;
}

/** Thousands of clouds: more is a mistake, and would only cost memory. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;

/** The folders openstacksdk looks in, in its order (config/loader.py). */
function folders({ environment, cwd, home }: ConfigSources): string[] {
  const user = environment.XDG_CONFIG_HOME || join(home, ".config");
  const own = join(environment.SNAP_REAL_HOME || home, ".config");
  const site = environment.XDG_CONFIG_DIRS || "/etc/xdg";
  return [cwd, ...[user, own, site, "/etc"].map((folder) => join(folder, "openstack"))];
}

const candidates = (name: string, named: string | undefined, where: ConfigSources): string[] => [
  ...(named ? [named] : []),
  ...folders(where).flatMap((folder) =>
    ["yaml", "yml", "json"].map((ending) => join(folder, `${name}.${ending}`)),
  ),
];

/** Undefined for a file that is not there or may not be read: the next one counts then. */
async function bytesOf(path: string, warn: ConfigSources["warn"]): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (!["ENOENT", "ENOTDIR"].includes(code)) warn?.(`${path} cannot be read (${code}) and is passed over`);
    return undefined;
  }
}

export interface ConfigFile {
  readonly path: string;
  readonly content: unknown;
}

/** The first of the files of that name, `clouds`, `secure` or `clouds-public`. Throws ConfigurationError. */
export async function firstFile(
  name: string,
  named: string | undefined,
  where: ConfigSources,
): Promise<ConfigFile | undefined> {
  for (const path of candidates(name, named, where)) {
    const bytes = await bytesOf(path, where.warn);
    if (bytes === undefined) {
      if (path === named) where.warn?.(`${path} does not exist; the usual places are looked through`);
      continue;
    }
    if (bytes.length > MAX_FILE_BYTES) throw new ConfigurationError(`${path} is larger than 8 MiB`);
    const isJson = path.endsWith("json");
    try {
      const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
      return { path, content: isJson ? jsonDocument(text) : yamlDocument(text) };
    } catch (error) {
      // JSON.parse quotes what stands around a fault, and that can be a password.
      const reason =
        isJson || !(error instanceof Error) || error instanceof TypeError ? "" : `: ${error.message}`;
      throw new ConfigurationError(`${path} is not valid ${isJson ? "JSON" : "YAML"}${reason}`, {
        cause: error,
      });
    }
  }
  return undefined;
}

/** `over` laid over `under`, mappings merged all the way down. */
function merged(under: Mapping, over: Mapping, path: string): Mapping {
  const result = Object.assign(emptyValues(), under);
  for (const [name, value] of Object.entries(over)) {
    const below = ownValue(result, name);
    if (!isMapping(value) || below === undefined) put(result, name, value);
    else if (isMapping(below)) put(result, name, merged(below, value, path));
    else throw new ConfigurationError(`${path}: ${name} is a mapping here, but not in clouds.yaml`);
  }
  return result;
}

/** What a file has, or nothing where it is empty. */
function mappingIn(file: ConfigFile | undefined): Mapping {
  const content = file?.content ?? {};
  if (file && !isMapping(content)) throw new ConfigurationError(`${file.path} is no mapping`);
  return content as Mapping;
}

export interface CloudFile {
  /** For messages. */
  readonly path: string;
  readonly clouds: Mapping;
}

/** The clouds of clouds.yaml with secure.yaml laid over them; none without a file. Throws ConfigurationError. */
export async function readCloudFile(where: ConfigSources): Promise<CloudFile> {
  const { OS_CLIENT_CONFIG_FILE, OS_CLIENT_SECURE_FILE } = where.environment;
  const main = await firstFile("clouds", OS_CLIENT_CONFIG_FILE, where);
  const secure = await firstFile("secure", OS_CLIENT_SECURE_FILE, where);
  const path = main?.path ?? secure?.path ?? "clouds.yaml";
  const content = merged(mappingIn(main), mappingIn(secure), secure?.path ?? "");
  for (const name of ["clouds", "client", "cache", "metrics"]) {
    if (Object.hasOwn(content, name) && !isMapping(ownValue(content, name))) {
      throw new ConfigurationError(`${path} has ${name}, but not as a mapping`);
    }
  }
  return { path, clouds: (content.clouds ?? {}) as Mapping };
}
