import { type ApiOperation, ok } from "../../http/api-request.ts";
import { callerOf, param } from "../../http/caller-of.ts";
import { jsonObject, withoutBody } from "../../http/json-body.ts";
import { addDefinition } from "../operations/add-definition.ts";
import { listDefinitions } from "../operations/list-definitions.ts";
import { showDefinition } from "../operations/show-definition.ts";
import { updateDefinition } from "../operations/update-definition.ts";
import { deletingAll, deletingOne } from "./definition-api.ts";
import type { MetadefApiWiring } from "./metadef-api-wiring.ts";
import { changedObjectDocument, objectDocument, objectsDocument } from "./object-document.ts";
import { readObjectQuery } from "./object-query.ts";
import { readObject, readObjectChange } from "./object-request.ts";
import { wholeAnswer } from "./whole-answer.ts";

/** Object definitions of a namespace. */
export const objectApi = (wiring: MetadefApiWiring) =>
  ({
    listObjectDefinitions: async (request) => {
      readObjectQuery(request.query);
      const name = param(request, "namespace");
      const definitions = await listDefinitions(wiring)(callerOf(request), name, "objects");
      return wholeAnswer(objectsDocument(name, definitions));
    },
    createObjectDefinition: async (request) => {
      const name = param(request, "namespace");
      const wanted = readObject(jsonObject(request));
      const object = await addDefinition(wiring)(callerOf(request), name, "objects", wanted);
      return { status: 201, body: changedObjectDocument(name, object) };
    },
    deleteObjectDefinitions: deletingAll(wiring, "objects"),
    showObjectDefinition: withoutBody(async (request) => {
      const [namespace, name] = [param(request, "namespace"), param(request, "object_name")];
      const object = await showDefinition(wiring)(callerOf(request), namespace, "objects", name);
      return ok(objectDocument(namespace, object));
    }),
    updateObjectDefinition: async (request) => {
      const [namespace, name] = [param(request, "namespace"), param(request, "object_name")];
      const wanted = readObjectChange(jsonObject(request));
      const update = updateDefinition(wiring);
      const object = await update(callerOf(request), { namespace, name }, "objects", wanted);
      return ok(changedObjectDocument(namespace, object));
    },
    deleteObjectDefinition: deletingOne(wiring, "objects", "object_name"),
  }) satisfies Record<string, ApiOperation>;
