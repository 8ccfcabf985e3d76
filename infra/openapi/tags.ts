import { cacheTags } from "./cache/tags.ts";
import { identityTags } from "./identity/tags.ts";
import { imageTags } from "./images/tags.ts";
import { metadefTags } from "./metadefs/tags.ts";

/** Groups of operations: each module lists its own. */
export const tags = [...imageTags, ...metadefTags, ...cacheTags, ...identityTags] as const;

export type TagName = (typeof tags)[number]["name"];
