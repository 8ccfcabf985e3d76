import { tagSortKeys } from "../../../shared/metadefs/domain/tag-query.ts";
import type { OperationName } from "../../../shared/routes.ts";
import {
  type AnswerDescription,
  type Description,
  emptyAnswer,
  json,
  type Parameter,
  schemaRef,
} from "../description.ts";
import { metadefExamples } from "./examples.ts";
import { prefixParameter } from "./namespaces.ts";
import { METADEF_TEXTS } from "./texts.ts";

const { noBody, noNamespace, noneOrHidden, noRight, admins, adminsOrProtected } = METADEF_TEXTS;
const { setByService, badBody, changed, large, answer: tooMuch } = METADEF_TEXTS;
const { newProperty, property, properties, newObject, object, tagName, tag } = metadefExamples;
const taken = `Another one in the namespace has this name. Or: ${changed}`;

const body = (schema: string, example: unknown): Description["body"] & object => ({
  required: true,
  content: json(schemaRef(schema), example),
});
const answer = (description: string, schema: string, example: unknown): AnswerDescription => ({
  description,
  content: json(schemaRef(schema), example),
});
const query = (name: string, description: string, schema: Parameter["schema"]): Parameter => ({
  name,
  in: "query",
  description,
  schema,
});
const words = (...enumeration: string[]) => ({ type: "string", enum: enumeration });

const created = { 400: badBody, 403: setByService, 404: noNamespace, 409: taken, 413: large } as const;
const replaced = { 400: badBody, 403: setByService, 404: noneOrHidden, 409: taken, 413: large } as const;
const deleted = { 400: noBody, 403: adminsOrProtected, 404: noneOrHidden, 409: changed } as const;
const emptied = { 400: noBody, 403: adminsOrProtected, 404: noNamespace, 409: changed } as const;
const replacing = "As a whole: what is left out is unset. It may be renamed.";

const ignored = "It is checked and changes nothing: there are no pages.";
const visibility = query(
  "visibility",
  "It is checked and changes nothing.",
  words("public", "private", "shared"),
);
const limit = (description: string, minimum: number) =>
  query("limit", description, { type: "integer", minimum });
const direction = (description: string) => query("sort_dir", description, words("asc", "desc"));

/** Objects, properties and tags of a namespace. */
export const definitionOperations = {
  listObjectDefinitions: {
    tag: "definitions",
    details: "All of them, in the order in which they were made.",
    parameters: [limit(ignored, 1), direction(ignored), visibility],
    answers: {
      200: answer("The objects", "ObjectDefinitions", {
        objects: [object],
        schema: "v2/schemas/metadefs/objects",
      }),
    },
    errors: { 400: "A parameter is not understood", 403: noRight, 404: noNamespace, 413: tooMuch },
  },
  createObjectDefinition: {
    tag: "definitions",
    body: body("NewObjectDefinition", newObject),
    answers: { 201: answer("The object", "ObjectDefinition", object) },
    errors: created,
  },
  deleteObjectDefinitions: { tag: "definitions", answers: emptyAnswer, errors: emptied },
  showObjectDefinition: {
    tag: "definitions",
    answers: { 200: answer("The object", "ObjectDefinition", object) },
    errors: { 400: noBody, 403: noRight, 404: noneOrHidden },
  },
  updateObjectDefinition: {
    tag: "definitions",
    details: replacing,
    body: body("NewObjectDefinition", newObject),
    answers: { 200: answer("The object as it is now", "ObjectDefinition", object) },
    errors: replaced,
  },
  deleteObjectDefinition: {
    tag: "definitions",
    answers: emptyAnswer,
    errors: deleted,
  },

  listPropertyDefinitions: {
    tag: "definitions",
    details: "All of them, in the order in which they were made.",
    answers: { 200: answer("The properties", "PropertyDefinitions", { properties }) },
    errors: { 400: noBody, 403: noRight, 404: noNamespace, 413: tooMuch },
  },
  createPropertyDefinition: {
    tag: "definitions",
    body: body("NewPropertyDefinition", newProperty),
    answers: { 201: answer("The property", "PropertyDefinition", property) },
    errors: created,
  },
  deletePropertyDefinitions: { tag: "definitions", answers: emptyAnswer, errors: emptied },
  showPropertyDefinition: {
    tag: "definitions",
    parameters: [
      prefixParameter(
        "The name in the path has the prefix of the association with this resource type; the answer has the name without it.",
      ),
    ],
    answers: { 200: answer("The property", "PropertyDefinition", property) },
    errors: {
      403: noRight,
      404: "There is no such namespace, property or association, or the name has not its prefix, or the caller does not see it",
    },
  },
  updatePropertyDefinition: {
    tag: "definitions",
    details: replacing,
    body: body("NewPropertyDefinition", newProperty),
    answers: { 200: answer("The property as it is now", "PropertyDefinition", property) },
    errors: replaced,
  },
  deletePropertyDefinition: { tag: "definitions", answers: emptyAnswer, errors: deleted },

  listTagDefinitions: {
    tag: "definitions",
    parameters: [
      limit("Tags in the answer: all unless it is given.", 0),
      query("marker", "Name of the tag that the answer begins behind.", { type: "string" }),
      query("sort_key", "Ties go by created_at.", words(...tagSortKeys)),
      direction("The direction, `desc` unless it is given."),
      visibility,
    ],
    answers: { 200: answer("The tags", "TagNames", { tags: [tagName] }) },
    errors: {
      400: "A parameter is not understood",
      403: noRight,
      404: "There is no such namespace, or the caller does not see it, or the marker is no tag of it",
      413: tooMuch,
    },
  },
  createTagDefinitions: {
    tag: "definitions",
    details: "All of them or none. An empty list changes nothing.",
    parameters: [
      {
        name: "X-Openstack-Append",
        in: "header",
        description:
          "`true`, `t`, `1`, `yes`, `y` or `on`: the tags are added to those that are there. Otherwise they take their place.",
        schema: { type: "string" },
      },
    ],
    body: body("TagNames", { tags: [tagName] }),
    answers: { 201: answer("The tags as they were asked for", "TagNames", { tags: [tagName] }) },
    errors: { ...created, 409: `A tag is there twice, or there already. Or: ${changed}` },
  },
  deleteTagDefinitions: { tag: "definitions", answers: emptyAnswer, errors: emptied },
  showTagDefinition: {
    tag: "definitions",
    answers: { 200: answer("The tag", "TagDefinition", tag) },
    errors: { 400: noBody, 403: noRight, 404: noneOrHidden },
  },
  createTagDefinition: {
    tag: "definitions",
    answers: { 201: answer("The tag", "TagDefinition", tag) },
    errors: {
      400: "There is a body, and none is expected; or the name is longer than 80 characters",
      403: admins,
      404: noNamespace,
      409: taken,
      413: large,
    },
  },
  updateTagDefinition: {
    tag: "definitions",
    body: body("TagName", tagName),
    answers: { 200: answer("The tag as it is now", "TagDefinition", tag) },
    errors: replaced,
  },
  deleteTagDefinition: {
    tag: "definitions",
    answers: emptyAnswer,
    errors: deleted,
  },
} as const satisfies Partial<Record<OperationName, Description>>;
