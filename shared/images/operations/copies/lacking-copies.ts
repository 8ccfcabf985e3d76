import { ownValue } from "../../../own-value.ts";
import { parseCopies } from "../../../settings/stores/parse-copies.ts";
import type { Settings } from "../../../settings.ts";
import type { Image } from "../../domain/image.ts";
import type { ConfiguredStores } from "../../domain/store.ts";
import { COPIES_PROPERTY, type MissingCopy, missingCopies } from "../../domain/wanted-copies.ts";

export interface CopyPolicy {
  readonly configured: ConfiguredStores;
  readonly settings: Pick<Settings, "copies">;
}

/** Whether anything is written to a store: not where it is read-only, nor where the settings name it no more. */
const takes =
  ({ all }: ConfiguredStores) =>
  (id: string): boolean =>
    all.some((store) => store.id === id && !store.readOnly);

/**
 * The stores that are to have this image: those of its property, else those of the setting. A store that was named once
 * and takes no copies any more, or is gone, is left out.
 */
function wantedStores({ configured, settings }: CopyPolicy, { properties }: Image): readonly string[] {
  if (!configured.named) return [];
  return parseCopies(ownValue(properties, COPIES_PROPERTY) ?? settings.copies).filter(takes(configured));
}

/** What an image lacks of its copies, by this policy. */
export const lackingCopies = (policy: CopyPolicy, image: Image): readonly MissingCopy[] =>
  missingCopies(image, wantedStores(policy, image), takes(policy.configured));
