import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ownValue } from "../../shared/own-value.ts";
import { contextVariables } from "../stacks/app-settings.ts";

type Variables = Readonly<Record<string, string | undefined>>;

const buckets = "fast:s3,cheap:s3";

/**
 * What is set on this machine where nobody says anything else, by the names of variables. A newcomer finds stores and
 * imports at work; a deployment has the options' own defaults. Here everybody who can ask is on this machine, so that
 * its own servers may be fetched from, and those have any port. `said` decides what would contradict it.
 */
const defaultsBeside = (said: Variables): Variables => ({
  ...(said.GLANCE_ENABLED_BACKENDS === undefined && {
    // Images in a folder, and those at other hosts, are served from the cache.
    GLANCE_ENABLED_BACKENDS: said.GLANCE_IMAGE_CACHE_DIR === "" ? buckets : `${buckets},files:file,web:http`,
    GLANCE_DEFAULT_BACKEND: "fast",
  }),
  GLANCE_IMAGE_CACHE_DIR: "cache",
  // Here a key costs nothing.
  GLANCE_IMAGE_PROVENANCE: "true",
  ...(said.GLANCE_KEYSTONE_AUTH_URL && {
    // The last one finds the other Glance in a Keystone's catalog.
    GLANCE_ENABLED_IMPORT_METHODS: "glance-direct,web-download,copy-image,glance-download",
  }),
  // There is one, and it costs nothing.
  ...(said.GLANCE_IMAGE_IMPORT_PLUGINS?.includes("image_conversion") && { GLANCE_IMAGE_CONVERTERS: "1" }),
  GLANCE_IMPORT_ALLOWED_NETWORKS: "127.0.0.0/8,::1/128",
  GLANCE_ALLOWED_PORTS: "",
  // Four instances a function are all that there are here: one of them looks at what waits.
  GLANCE_IMPORT_RUNS: "3",
  GLANCE_IMPORT_RUNS_PER_PROJECT: "2",
  GLANCE_IMPORT_RUNS_PER_HOST: "3",
});

/** What is said, be it nothing, with what this machine adds of options that are not. */
export function withLocalDefaults(said: Variables): Variables {
  const added = Object.entries(defaultsBeside(said)).filter(([name]) => ownValue(said, name) === undefined);
  return { ...Object.fromEntries(added), ...said };
}

/** The settings of cdk.json as variables. What is wrong with them, the app says when it is synthesised. */
export function cdkSettings(root: string): Variables {
  try {
    const { context } = JSON.parse(readFileSync(join(root, "cdk.json"), "utf8"));
    return contextVariables(context?.settings);
  } catch {
    return {};
  }
}
