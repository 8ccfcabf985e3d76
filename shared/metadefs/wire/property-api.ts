import { type ApiOperation, ok } from "../../http/api-request.ts";
import { callerOf, param } from "../../http/caller-of.ts";
import { jsonObject, withoutBody } from "../../http/json-body.ts";
import { addDefinition } from "../operations/add-definition.ts";
import { listDefinitions } from "../operations/list-definitions.ts";
import { showProperty } from "../operations/show-property.ts";
import { updateDefinition } from "../operations/update-definition.ts";
import { deletingAll, deletingOne } from "./definition-api.ts";
import type { MetadefApiWiring } from "./metadef-api-wiring.ts";
import { readResourceType } from "./prefix-query.ts";
import { propertiesDocument, propertyDocument } from "./property-document.ts";
import { readProperty } from "./property-request.ts";
import { wholeAnswer } from "./whole-answer.ts";

/** Property definitions of a namespace. */
export const propertyApi = (wiring: MetadefApiWiring) =>
  ({
    listPropertyDefinitions: withoutBody(async (request) => {
      const name = param(request, "namespace");
      const definitions = await listDefinitions(wiring)(callerOf(request), name, "properties");
      return wholeAnswer(propertiesDocument(definitions));
    }),
    createPropertyDefinition: async (request) => {
      const name = param(request, "namespace");
      const wanted = readProperty(jsonObject(request));
      const property = await addDefinition(wiring)(callerOf(request), name, "properties", wanted);
      return { status: 201, body: propertyDocument(property) };
    },
    deletePropertyDefinitions: deletingAll(wiring, "properties"),
    showPropertyDefinition: async (request) => {
      const [namespace, name] = [param(request, "namespace"), param(request, "property_name")];
      const resourceType = readResourceType(request.query);
      const property = await showProperty(wiring)(callerOf(request), namespace, name, resourceType);
      return ok(propertyDocument(property));
    },
    updatePropertyDefinition: async (request) => {
      const [namespace, name] = [param(request, "namespace"), param(request, "property_name")];
      const wanted = readProperty(jsonObject(request));
      const update = updateDefinition(wiring);
      const property = await update(callerOf(request), { namespace, name }, "properties", wanted);
      return ok(propertyDocument(property));
    },
    deletePropertyDefinition: deletingOne(wiring, "properties", "property_name"),
  }) satisfies Record<string, ApiOperation>;
