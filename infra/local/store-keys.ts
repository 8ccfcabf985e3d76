import { isJsonObject } from "../../shared/json-object.ts";
import { ownValue } from "../../shared/own-value.ts";
import { storesOfType } from "../../shared/settings/stores/store-setting.ts";
import type { Settings } from "../../shared/settings.ts";
import { StartFailure } from "../local-aws/start-failure.ts";

/** On AWS secrets say these: `{"ceph": {"access_key": …, "secret_key": …}}`. */
export const storeKeysVariable = "GLANCE_STORE_KEYS";

type Environment = Readonly<Record<string, string | undefined>>;

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const given: unknown = JSON.parse(text);
    if (isJsonObject(given)) return given;
  } catch {}
  throw new StartFailure(
    `${storeKeysVariable}: expected JSON like {"ceph": {"access_key": "…", "secret_key": "…"}}`,
  );
}

/**
 * The texts of the secrets with the keys of stores on other hosts, by the stores' ids. Throws StartFailure for a store
 * that needs AWS, and for one without keys.
 */
export function storeKeys(
  environment: Environment,
  settings: Pick<Settings, "enabled_backends">,
): ReadonlyMap<string, string> {
  const keys = parsed(environment[storeKeysVariable] || "{}");
  const stores = storesOfType(settings.enabled_backends, "s3");
  const refuse = (id: string, reason: string): never => {
    throw new StartFailure(`GLANCE_ENABLED_BACKENDS: ${id}: ${reason}`);
  };
  for (const { id, host, bucket, secret } of stores) {
    if (host === undefined && bucket !== undefined)
      refuse(
        id,
        "bucket: buckets that are there already are on AWS only; leave it out, and one is made here",
      );
    if (secret !== undefined)
      refuse(id, `secret: secrets are on AWS only; leave it out, and say the keys in ${storeKeysVariable}`);
  }
  const elsewhere = stores.filter(({ host }) => host !== undefined).map(({ id }) => id);
  const unknown = Object.keys(keys).find((id) => !elsewhere.includes(id));
  if (unknown !== undefined)
    throw new StartFailure(
      `${storeKeysVariable}: GLANCE_ENABLED_BACKENDS has no store ${unknown} with a host`,
    );
  return new Map(
    elsewhere.map((id) => {
      const given = ownValue(keys, id);
      const { access_key, secret_key } = isJsonObject(given) ? given : {};
      if (typeof access_key !== "string" || typeof secret_key !== "string")
        throw new StartFailure(`${storeKeysVariable}: expected access_key and secret_key of ${id}`);
      return [id, JSON.stringify({ access_key, secret_key })];
    }),
  );
}
