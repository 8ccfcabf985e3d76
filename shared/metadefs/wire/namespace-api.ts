import { type ApiOperation, noContent, ok } from "../../http/api-request.ts";
import { callerOf, param } from "../../http/caller-of.ts";
import { jsonObject, withoutBody } from "../../http/json-body.ts";
import { createNamespace } from "../operations/create-namespace.ts";
import { deleteNamespace } from "../operations/delete-namespace.ts";
import { listNamespaces } from "../operations/list-namespaces.ts";
import { showNamespace } from "../operations/show-namespace.ts";
import { updateNamespace } from "../operations/update-namespace.ts";
import { namespacePath } from "./definition-paths.ts";
import type { MetadefApiWiring } from "./metadef-api-wiring.ts";
import {
  createdNamespaceDocument,
  namespaceDocument,
  namespacesDocument,
  wholeNamespaceDocument,
} from "./namespace-document.ts";
import { readNamespaceQuery } from "./namespace-query.ts";
import { readNamespace, readNamespaceChange } from "./namespace-request.ts";
import { readResourceType } from "./prefix-query.ts";
import { wholeAnswer } from "./whole-answer.ts";

/** Namespaces themselves. */
export const namespaceApi = (wiring: MetadefApiWiring) =>
  ({
    listNamespaces: async (request) => {
      const query = readNamespaceQuery(request.query, wiring.settings);
      const { entries, more } = await listNamespaces(wiring)(callerOf(request), query);
      return ok(namespacesDocument(entries, request.query, more));
    },
    createNamespace: async (request) => {
      const wanted = readNamespace(jsonObject(request));
      const namespace = await createNamespace(wiring)(callerOf(request), wanted);
      return {
        status: 201,
        headers: { Location: `${request.publicUrl}${namespacePath(namespace.namespace)}` },
        body: createdNamespaceDocument(namespace, wanted),
      };
    },
    showNamespace: withoutBody(async (request) => {
      const whole = await showNamespace(wiring)(callerOf(request), param(request, "namespace"));
      return wholeAnswer(wholeNamespaceDocument(whole, readResourceType(request.query)));
    }),
    updateNamespace: async (request) => {
      const wanted = readNamespaceChange(jsonObject(request));
      const name = param(request, "namespace");
      return ok(namespaceDocument(await updateNamespace(wiring)(callerOf(request), name, wanted)));
    },
    deleteNamespace: withoutBody(async (request) => {
      await deleteNamespace(wiring)(callerOf(request), param(request, "namespace"));
      return noContent;
    }),
  }) satisfies Record<string, ApiOperation>;
