import { ownValue } from "../../../own-value.ts";
import { parseCopies } from "../../../settings/stores/parse-copies.ts";
import type { Settings } from "../../../settings.ts";
import type { Image } from "../../domain/image.ts";
import type { ConfiguredStores } from "../../domain/store.ts";
import { COPIES_PROPERTY } from "../../domain/wanted-copies.ts";

export interface CopyPolicy {
  readonly configured: ConfiguredStores;
  readonly settings: Pick<Settings, "copies">;
}

/**
 * The stores that are to have this image: those of its property, else those of the setting. A store that was named once
 * and takes no copies any more, or is gone, is left out.
 */
export function wantedStores({ configured, settings }: CopyPolicy, { properties }: Image): readonly string[] {
  if (!configured.named) return [];
  const takes = (id: string) => configured.all.some((store) => store.id === id && !store.readOnly);
  return parseCopies(ownValue(properties, COPIES_PROPERTY) ?? settings.copies).filter(takes);
}
