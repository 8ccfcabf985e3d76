import { namespaceSortKeys } from "../../../shared/metadefs/domain/namespace-query.ts";
import type { OperationName } from "../../../shared/routes.ts";
import { type Description, emptyAnswer, json, type Parameter, schemaRef } from "../description.ts";
import { metadefExamples } from "./examples.ts";
import { METADEF_TEXTS } from "./texts.ts";

const {
  answer,
  noBody,
  noNamespace,
  noRole,
  noRight,
  adminsOrProtected,
  setByService,
  badBody,
  changed,
  large,
} = METADEF_TEXTS;
const { newNamespace, namespaceChange, namespace, association, object, properties, tagName } =
  metadefExamples;
const { resource_type_associations: asked, objects, ...content } = newNamespace;
const taken = `Another namespace has this name. Or: ${changed}`;

/** The prefix of an association, before the names of properties. */
export const prefixParameter = (description: string): Parameter => ({
  name: "resource_type",
  in: "query",
  description,
  schema: { type: "string" },
});

const query = (name: string, description: string, schema: Parameter["schema"]): Parameter => ({
  name,
  in: "query",
  description,
  schema,
});

const pages: readonly Parameter[] = [
  query(
    "limit",
    "Namespaces on the page: 25 unless it is given (`limit_param_default`), at most 1,000 (`api_limit_max`). 0: none.",
    { type: "integer", minimum: 0 },
  ),
  query("marker", "Name of the namespace that the page begins behind: the last one of the page before.", {
    type: "string",
  }),
  query("sort_key", "Ties go by created_at.", {
    type: "string",
    enum: [...namespaceSortKeys],
    default: "created_at",
  }),
  query("sort_dir", "The direction.", { type: "string", enum: ["asc", "desc"], default: "desc" }),
  query("visibility", "Only namespaces of this visibility.", {
    type: "string",
    enum: ["public", "private"],
  }),
  query("resource_types", "Only those associated with any of these, commas between them.", {
    type: "string",
  }),
];

/** Namespaces themselves. */
export const namespaceOperations = {
  listNamespaces: {
    tag: "namespaces",
    details:
      "Those that are public and those of the caller's project, to admins all; newest first, without what they contain. " +
      "A page has fewer than `limit` when it would be larger than an answer can be: `next` tells whether there is more.",
    parameters: pages,
    answers: {
      200: {
        description: "A page of namespaces",
        content: json(schemaRef("Namespaces"), {
          namespaces: [{ ...namespace, resource_type_associations: [association] }],
          first: "/v2/metadefs/namespaces",
          schema: "/v2/schemas/metadefs/namespaces",
        }),
      },
    },
    errors: {
      400: "A parameter is not understood, or there are too many namespaces to sort them so",
      403: "The marker is a namespace that the caller does not see",
      404: `The marker is no namespace. Or: ${noRole}`,
    },
  },
  createNamespace: {
    tag: "namespaces",
    details:
      "With all that it shall contain, or with nothing yet. All of it is made, or nothing. It belongs to the caller's " +
      "project unless it names another owner.",
    body: {
      required: true,
      description: "Read as JSON whatever Content-Type says. At most 512 KiB.",
      content: json(schemaRef("NewNamespace"), newNamespace),
    },
    answers: {
      201: {
        description: "The namespace, with what it contains as it was asked for",
        headers: { Location: { description: "Its URL", schema: { type: "string", format: "uri" } } },
        content: json(schemaRef("CreatedNamespace"), {
          ...namespace,
          ...content,
          resource_type_associations: asked,
          objects,
        }),
      },
    },
    errors: {
      400: badBody,
      403: setByService,
      404: noRole,
      409: "There is such a namespace, or a name is twice in what it contains",
      413: large,
    },
  },
  showNamespace: {
    tag: "namespaces",
    parameters: [
      prefixParameter(
        "Names of properties are shown with the prefix of the association with this resource type, as they are on such resources.",
      ),
    ],
    answers: {
      200: {
        description: "The namespace, as it was at one moment",
        content: json(schemaRef("WholeNamespace"), {
          ...namespace,
          resource_type_associations: [association],
          objects: [object],
          properties,
          tags: [tagName],
        }),
      },
    },
    errors: { 400: noBody, 403: noRight, 404: noNamespace, 413: answer },
  },
  updateNamespace: {
    tag: "namespaces",
    details:
      "What is left out goes back to its default: the owner to the caller's project. It may be renamed. What it contains " +
      "stays as it is, whatever the body says of it.",
    body: { required: true, content: json(schemaRef("NamespaceChange"), namespaceChange) },
    answers: {
      200: { description: "The namespace as it is now", content: json(schemaRef("Namespace"), namespace) },
    },
    errors: { 400: badBody, 403: setByService, 404: noNamespace, 409: taken, 413: large },
  },
  deleteNamespace: {
    tag: "namespaces",
    details: "With all that it contains. Resource types stay.",
    answers: emptyAnswer,
    errors: { 400: noBody, 403: adminsOrProtected, 404: noNamespace, 409: changed },
  },
} as const satisfies Partial<Record<OperationName, Description>>;
