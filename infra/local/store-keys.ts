import { isJsonObject } from "../../shared/json-object.ts";
import { ownValue } from "../../shared/own-value.ts";
import { storeSecretForm } from "../../shared/settings/stores/store-secret-form.ts";
import {
  hasSecret,
  type S3StoreSetting,
  type SwiftStoreSetting,
} from "../../shared/settings/stores/store-setting.ts";
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

/** The text of one store's secret. Throws StartFailure for one that says less or other things than it has to. */
function keysOf(store: S3StoreSetting | SwiftStoreSetting, keys: unknown): string {
  const { given, drawn, optional } = storeSecretForm(store);
  const needed = [...given, drawn];
  const said = isJsonObject(keys) ? keys : {};
  const texts = Object.entries(said).filter(([, value]) => typeof value === "string" && value !== "");
  const names = texts.map(([name]) => name);
  const other = Object.keys(said).find((name) => ![...needed, ...optional].includes(name));
  if (needed.some((name) => !names.includes(name)) || other !== undefined)
    throw new StartFailure(
      `${storeKeysVariable}: expected ${needed.slice(0, -1).join(", ")} and ${drawn} of ${store.id}${other === undefined ? "" : `, not ${other}`}`,
    );
  return JSON.stringify(Object.fromEntries(texts));
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
  const stores = settings.enabled_backends;
  const refuse = (id: string, reason: string): never => {
    throw new StartFailure(`GLANCE_ENABLED_BACKENDS: ${id}: ${reason}`);
  };
  for (const store of stores) {
    if (store.type === "s3" && store.host === undefined && store.bucket !== undefined)
      refuse(
        store.id,
        "bucket: buckets that are there already are on AWS only; leave it out, and one is made here",
      );
    if (hasSecret(store) && store.secret !== undefined)
      refuse(
        store.id,
        `secret: secrets are on AWS only; leave it out, and say the keys in ${storeKeysVariable}`,
      );
  }
  const elsewhere = stores.filter(hasSecret);
  const unknown = Object.keys(keys).find((id) => !elsewhere.some((store) => store.id === id));
  if (unknown !== undefined)
    throw new StartFailure(
      `${storeKeysVariable}: GLANCE_ENABLED_BACKENDS has no store ${unknown} on another host`,
    );
  return new Map(elsewhere.map((store) => [store.id, keysOf(store, ownValue(keys, store.id))]));
}
