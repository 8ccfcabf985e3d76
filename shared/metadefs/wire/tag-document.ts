import type { TagDefinition } from "../domain/definitions.ts";
import type { NewTag } from "../domain/new-definitions.ts";
import { shownTimes } from "./shown.ts";

export const tagDocument = (tag: TagDefinition) => ({ name: tag.name, ...shownTimes(tag) });

/** Tags of a namespace, by their names alone. */
export const tagsDocument = (tags: readonly NewTag[]) => ({ tags: tags.map(({ name }) => ({ name })) });
