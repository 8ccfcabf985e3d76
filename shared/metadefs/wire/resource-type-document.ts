import type { ResourceType } from "../domain/definitions.ts";
import { shownTimes } from "./shown.ts";

/** All resource types. */
export const resourceTypesDocument = (types: readonly ResourceType[]) => ({
  resource_types: types.map((type) => ({ name: type.name, ...shownTimes(type) })),
});
