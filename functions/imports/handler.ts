import { randomUUID } from "node:crypto";
import { systemClock as clock } from "../../shared/clock.ts";
import { uriFilter } from "../../shared/fetch/uri-filter.ts";
import { type ApiOperation, type ApiRequest, ok } from "../../shared/http/api-request.ts";
import { callerOf, param } from "../../shared/http/caller-of.ts";
import { withoutBody } from "../../shared/http/json-body.ts";
import { pageLinks } from "../../shared/http/page-links.ts";
import { dynamodbTaskLists } from "../../shared/images/adapters/dynamodb/task-lists.ts";
import { dynamodbTaskStore } from "../../shared/images/adapters/dynamodb/task-store.ts";
import { beginImport } from "../../shared/images/operations/imports/begin-import.ts";
import { configuredStores } from "../../shared/images/operations/stores/configured-stores.ts";
import { createTask } from "../../shared/images/operations/tasks/create-task.ts";
import { listTasks } from "../../shared/images/operations/tasks/list-tasks.ts";
import { showImageTasks } from "../../shared/images/operations/tasks/show-image-tasks.ts";
import { showTask } from "../../shared/images/operations/tasks/show-task.ts";
import { attributeCheck } from "../../shared/images/wire/attribute-schema.ts";
import { importRequest } from "../../shared/images/wire/import-body.ts";
import { importRoutes } from "../../shared/images/wire/import-routes.ts";
import { newTask } from "../../shared/images/wire/task-body.ts";
import { imageTasksDocument, taskDocument, tasksDocument } from "../../shared/images/wire/task-document.ts";
import { taskQuery } from "../../shared/images/wire/task-query.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { imageApi } from "../wiring/image-api.ts";
import { hintingStore, usageStore } from "../wiring/image-ports.ts";
import { limits } from "../wiring/limits.ts";
import { propertyRules } from "../wiring/property-rules.ts";
import { signingCertificates } from "../wiring/signing-certificates.ts";
import { table } from "../wiring/table.ts";
import { workQueue } from "../wiring/work-queue.ts";

const settings = deployedSettings(process.env);
const queue = workQueue();
const filter = uriFilter(settings);
const ports = {
  images: hintingStore(settings, queue),
  tasks: { ...dynamodbTaskStore(...table()), ...dynamodbTaskLists(...table()) },
  configured: configuredStores(settings),
  limits: limits(settings),
  usage: usageStore(),
  queue,
  clock,
  newId: randomUUID,
  judgeUri: (uri: string | undefined) => void filter(uri ?? ""),
  settings,
};

/** With the certificates that this request's caller may read. */
const portsFor = ({ headers }: ApiRequest) => ({
  ...ports,
  certificates: signingCertificates(settings, headers.get("x-auth-token")),
});

const importImage: ApiOperation = async (request) => {
  const wanted = importRequest(request, settings.enabled_import_methods);
  await beginImport(portsFor(request))(callerOf(request), param(request, "image_id"), wanted);
  return { status: 202 };
};

const check = attributeCheck(settings);
const rulesForRequest = propertyRules(settings);

const create: ApiOperation = async (request) => {
  const task = await createTask({ ...portsFor(request), rules: rulesForRequest() })(callerOf(request), () =>
    newTask(request, check),
  );
  return {
    status: 201,
    headers: { Location: `${request.publicUrl}/v2/tasks/${task.id}` },
    body: taskDocument(task),
  };
};

const listImageTasks: ApiOperation = async (request) =>
  ok(imageTasksDocument(await showImageTasks(ports)(callerOf(request), param(request, "image_id"))));

const list: ApiOperation = async (request) => {
  const query = taskQuery(request.query, settings);
  const { tasks, more } = await listTasks(ports)(callerOf(request), query);
  const last = more ? tasks.at(-1)?.id : undefined;
  return ok(tasksDocument(tasks, pageLinks(request.query, last, "/v2/tasks")));
};

const show: ApiOperation = async (request) =>
  ok(taskDocument(await showTask(ports)(callerOf(request), param(request, "task_id"))));

export const handler = imageApi("imports", settings, {
  routes: importRoutes,
  operations: {
    importImage,
    listImageTasks: withoutBody(listImageTasks),
    listTasks: withoutBody(list),
    createTask: create,
    showTask: withoutBody(show),
  },
});
