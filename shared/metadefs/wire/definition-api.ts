import { type ApiOperation, noContent } from "../../http/api-request.ts";
import { callerOf, param } from "../../http/caller-of.ts";
import { withoutBody } from "../../http/json-body.ts";
import type { Collection } from "../domain/definitions.ts";
import { emptyCollection } from "../operations/empty-collection.ts";
import { removeDefinition } from "../operations/remove-definition.ts";
import type { MetadefApiWiring } from "./metadef-api-wiring.ts";

/** Deletes the definition that the path names by `parameter`. */
export const deletingOne = (
  wiring: MetadefApiWiring,
  collection: Collection,
  parameter: string,
): ApiOperation =>
  withoutBody(async (request) => {
    const [namespace, name] = [param(request, "namespace"), param(request, parameter)];
    await removeDefinition(wiring)(callerOf(request), namespace, collection, name);
    return noContent;
  });

/** Deletes all definitions of a collection. */
export const deletingAll = (wiring: MetadefApiWiring, collection: Collection): ApiOperation =>
  withoutBody(async (request) => {
    await emptyCollection(wiring)(callerOf(request), param(request, "namespace"), collection);
    return noContent;
  });
