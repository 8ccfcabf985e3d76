import { type ApiOperation, noContent, ok } from "../../http/api-request.ts";
import { callerOf, param } from "../../http/caller-of.ts";
import { jsonObject, withoutBody } from "../../http/json-body.ts";
import { associate } from "../operations/associate.ts";
import { dissociate } from "../operations/dissociate.ts";
import { listAssociations } from "../operations/list-associations.ts";
import { listResourceTypes } from "../operations/list-resource-types.ts";
import { associationDocument, associationsDocument } from "./association-document.ts";
import { readAssociation } from "./association-request.ts";
import type { MetadefApiWiring } from "./metadef-api-wiring.ts";
import { resourceTypesDocument } from "./resource-type-document.ts";

/** Resource types, and the namespaces' associations with them. */
export const associationApi = (wiring: MetadefApiWiring) =>
  ({
    listAssociations: withoutBody(async (request) => {
      const found = await listAssociations(wiring)(callerOf(request), param(request, "namespace"));
      return ok(associationsDocument(found));
    }),
    createAssociation: async (request) => {
      const wanted = readAssociation(jsonObject(request));
      const made = await associate(wiring)(callerOf(request), param(request, "namespace"), wanted);
      return { status: 201, body: associationDocument(made) };
    },
    deleteAssociation: withoutBody(async (request) => {
      const [namespace, type] = [param(request, "namespace"), param(request, "resource_type")];
      await dissociate(wiring)(callerOf(request), namespace, type);
      return noContent;
    }),
    listResourceTypes: withoutBody(async (request) =>
      ok(resourceTypesDocument(await listResourceTypes(wiring)(callerOf(request)))),
    ),
  }) satisfies Record<string, ApiOperation>;
