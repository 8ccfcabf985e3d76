import { nearestName } from "../../text/nearest-name.ts";
import type { StoreSetting } from "./store-setting.ts";

/** Why `default_backend` is none of these stores' that takes images, in words; undefined when it is. */
export function defaultStoreFault(stores: readonly StoreSetting[], name: string): string | undefined {
  if (stores.length === 0)
    return name === "" ? undefined : "GLANCE_DEFAULT_BACKEND needs GLANCE_ENABLED_BACKENDS";
  if (name === "" && stores.length > 1)
    return `GLANCE_DEFAULT_BACKEND: with several stores it must say which one new images go to: ${stores
      .filter(({ readOnly }) => !readOnly)
      .map(({ id }) => id)
      .join(" or ")}`;
  const ids = stores.map(({ id }) => id);
  const chosen = name === "" ? stores[0] : stores.find(({ id }) => id === name);
  if (chosen === undefined)
    return `GLANCE_DEFAULT_BACKEND: there is no store ${name} in GLANCE_ENABLED_BACKENDS: did you mean ${nearestName(name, ids)}?`;
  return chosen.readOnly
    ? `GLANCE_DEFAULT_BACKEND: the store ${chosen.id} is read-only: new images need another`
    : undefined;
}
