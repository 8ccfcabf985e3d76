import { type ApiOperation, ok } from "../../http/api-request.ts";
import { callerOf, param } from "../../http/caller-of.ts";
import { jsonObject, withoutBody } from "../../http/json-body.ts";
import { addDefinition } from "../operations/add-definition.ts";
import { addTags } from "../operations/add-tags.ts";
import { listTags } from "../operations/list-tags.ts";
import { showDefinition } from "../operations/show-definition.ts";
import { updateDefinition } from "../operations/update-definition.ts";
import { deletingAll, deletingOne } from "./definition-api.ts";
import type { MetadefApiWiring } from "./metadef-api-wiring.ts";
import { tagDocument, tagsDocument } from "./tag-document.ts";
import { readTagQuery } from "./tag-query.ts";
import { asksToAppend, readTag, readTagName, readTags } from "./tag-request.ts";
import { wholeAnswer } from "./whole-answer.ts";

/** Tag definitions of a namespace. */
export const tagApi = (wiring: MetadefApiWiring) =>
  ({
    listTagDefinitions: async (request) => {
      const query = readTagQuery(request.query);
      return wholeAnswer(
        tagsDocument(await listTags(wiring)(callerOf(request), param(request, "namespace"), query)),
      );
    },
    createTagDefinitions: async (request) => {
      const wanted = readTags(jsonObject(request));
      const append = asksToAppend(request.headers.get("x-openstack-append"));
      await addTags(wiring)(callerOf(request), param(request, "namespace"), wanted, { append });
      return { status: 201, body: tagsDocument(wanted) };
    },
    deleteTagDefinitions: deletingAll(wiring, "tags"),
    showTagDefinition: withoutBody(async (request) => {
      const [namespace, name] = [param(request, "namespace"), param(request, "tag_name")];
      return ok(tagDocument(await showDefinition(wiring)(callerOf(request), namespace, "tags", name)));
    }),
    createTagDefinition: withoutBody(async (request) => {
      const wanted = readTagName(param(request, "tag_name"));
      const name = param(request, "namespace");
      const tag = await addDefinition(wiring)(callerOf(request), name, "tags", wanted);
      return { status: 201, body: tagDocument(tag) };
    }),
    updateTagDefinition: async (request) => {
      const [namespace, name] = [param(request, "namespace"), param(request, "tag_name")];
      const wanted = readTag(jsonObject(request));
      const tag = await updateDefinition(wiring)(callerOf(request), { namespace, name }, "tags", wanted);
      return ok(tagDocument(tag));
    },
    deleteTagDefinition: deletingOne(wiring, "tags", "tag_name"),
  }) satisfies Record<string, ApiOperation>;
