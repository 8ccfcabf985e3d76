import { BadRequest } from "../../errors.ts";
import type { JsonObject } from "../../json-object.ts";
import { ownValue } from "../../own-value.ts";
import { checkDefinitionName } from "../domain/definition-name.ts";
import { distinctNames } from "../domain/distinct-names.ts";
import type { NewTag } from "../domain/new-definitions.ts";
import { refuseTooMuch } from "./body-bounds.ts";
import { schemaCheck } from "./schema-check.ts";
import { tagSchema } from "./schemas/tag-schema.ts";

const times = ["created_at", "updated_at"];
const check = schemaCheck(tagSchema, times);
const checkNested = schemaCheck(tagSchema);
const checkList = schemaCheck(
  {
    name: "tags",
    properties: {
      tags: {
        type: "array",
        items: {
          type: "object",
          properties: { name: { type: "string" } },
          required: ["name"],
          additionalProperties: false,
        },
      },
    },
    additionalProperties: false,
  },
  times,
);

/** The name of a tag in a path. Throws BadRequest. */
export function readTagName(name: string): NewTag {
  checkDefinitionName("a tag", name);
  return { name };
}

/** A tag inside a namespace that is created. Throws BadRequest. */
export function readNestedTag(body: JsonObject): NewTag {
  checkNested(body);
  return readTagName(ownValue(body, "name") as string);
}

/** The body of PUT of a tag. Throws BadRequest, and Forbidden for what only the service sets. */
export function readTag(body: JsonObject): NewTag {
  check(body);
  return readTagName(ownValue(body, "name") as string);
}

/** The body of POST of tags, in its order. Throws as `readTag` does, and Conflict for a name that is there twice. */
export function readTags(body: JsonObject): readonly NewTag[] {
  refuseTooMuch(body);
  checkList(body);
  const tags = ownValue(body, "tags");
  // Glance answers 500.
  if (tags === undefined)
    throw new BadRequest("Provided object does not match schema 'tags': it has no tags.");
  const named = (tags as readonly { readonly name: string }[]).map(({ name }) => readTagName(name));
  return distinctNames("tags", named);
}

const yes = new Set(["1", "t", "true", "on", "y", "yes"]);

/** Whether the header `X-Openstack-Append` asks to keep the tags that are there. */
export const asksToAppend = (header: string | undefined): boolean =>
  header !== undefined && yes.has(header.trim().toLowerCase());
