import type { OperationName } from "../../../shared/routes.ts";
import { type Description, emptyAnswer, json, schemaRef } from "../description.ts";
import { metadefExamples } from "./examples.ts";
import { METADEF_TEXTS } from "./texts.ts";

const { noBody, noNamespace, noRole, noRight, adminsOrProtected, setByService, badBody, changed, large } =
  METADEF_TEXTS;
const { association, newAssociation, resourceType } = metadefExamples;

/** Resource types, and the namespaces' associations with them. */
export const associationOperations = {
  listResourceTypes: {
    tag: "resource types",
    details: "All that any namespace has ever named, by name. There are no pages.",
    answers: {
      200: {
        description: "The resource types",
        content: json(schemaRef("ResourceTypes"), { resource_types: [resourceType] }),
      },
    },
    errors: { 400: noBody, 403: noRight, 404: noRole },
  },
  listAssociations: {
    tag: "resource types",
    answers: {
      200: {
        description: "The associations",
        content: json(schemaRef("Associations"), { resource_type_associations: [association] }),
      },
    },
    errors: { 400: noBody, 403: noRight, 404: noNamespace },
  },
  createAssociation: {
    tag: "resource types",
    details: "A resource type that there is not yet is made.",
    body: {
      required: true,
      content: json(schemaRef("NewAssociation"), newAssociation),
    },
    answers: {
      201: { description: "The association", content: json(schemaRef("Association"), association) },
    },
    errors: {
      400: badBody,
      403: setByService,
      404: noNamespace,
      409: `The namespace is associated with it already. Or: ${changed}`,
      413: large,
    },
  },
  deleteAssociation: {
    tag: "resource types",
    details: "The resource type itself stays.",
    answers: emptyAnswer,
    errors: {
      400: noBody,
      403: adminsOrProtected,
      404: "There is no such namespace or association, or the caller does not see it",
      409: changed,
    },
  },
} as const satisfies Partial<Record<OperationName, Description>>;
