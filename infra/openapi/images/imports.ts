import { taskStatuses, taskTypes } from "../../../shared/images/domain/task.ts";
import { taskColumns } from "../../../shared/images/operations/tasks/list-tasks.ts";
import type { OperationName } from "../../../shared/routes.ts";
import {
  booleanSchema,
  type Description,
  described,
  json,
  listOf,
  objectOf,
  orNull,
  type Parameter,
  type Schema,
  schemaRef,
  text,
  time,
} from "../description.ts";

const image = "71c675ab-d94f-49cd-a114-e12490b328d9";
const id = "3c6d2c5e-29f1-4be5-8d5e-0f5f1b5d8f7e";
const moment = "2026-01-01T00:00:00Z";

const taskInput = objectOf({
  image_id: text,
  import_req: described(orNull({ type: "object" }), "The body of the import"),
  backend: described(listOf(text), "The stores that it goes to"),
});
const legacyInput = objectOf({
  import_from: described(text, "The URL of the data"),
  import_from_format: described(text, "The image's disk format, unless `image_properties` says it"),
  image_properties: described(
    { type: "object" },
    "Attributes and properties of the image, as POST /v2/images takes them",
  ),
});
const listed = {
  ...{ id: text, type: { type: "string", enum: taskTypes } },
  ...{ status: { type: "string", enum: taskStatuses }, owner: text },
};
const links = { self: text, schema: text };
const work = {
  input: { anyOf: [taskInput, legacyInput] },
  result: orNull(objectOf({ image_id: text })),
  message: described(text, "How far it has come, or why it failed"),
};

/** Bodies about imports and tasks. */
export const importSchemas = {
  ImageImport: objectOf(
    {
      method: objectOf(
        { name: described(text, "One of those that GET /v2/info/import names") },
        {
          uri: described(text, "Of web-download"),
          checksum: described(
            text,
            "`sha256:HEX` or the like, which fetched data must have; else the image's property `import_checksum`. An extension",
          ),
          ...{ glance_image_id: text, glance_region: text, glance_service_interface: text },
        },
      ),
    },
    {
      stores: described(
        listOf(text),
        "Where stores are named: those that get the image; else the header's, or the default one",
      ),
      all_stores: described(booleanSchema, "All stores that take images"),
      all_stores_must_succeed: described(
        booleanSchema,
        "`true` unless said: the image is active when it is in the last store, or nowhere",
      ),
    },
  ),
  NewTask: objectOf({
    type: { type: "string", enum: ["import"] },
    input: legacyInput,
  }),
  Task: objectOf(
    { ...listed, created_at: time, updated_at: time, ...links, ...work },
    { expires_at: time, image_id: text, request_id: text, user_id: text },
  ),
  Tasks: objectOf(
    {
      tasks: listOf(
        objectOf({ ...listed, created_at: time, updated_at: time, ...links }, { expires_at: time }),
      ),
      ...{ first: text, schema: text },
    },
    { next: text },
  ),
  ImageTasks: objectOf({
    tasks: listOf(
      objectOf({
        ...{ ...listed, ...work, expires_at: orNull(text), created_at: text, updated_at: text },
        ...{ deleted: booleanSchema, deleted_at: orNull(text) },
        ...{ image_id: text, request_id: text, user_id: text },
      }),
    ),
  }),
} satisfies Record<string, Schema>;

const exampleInput = {
  image_id: image,
  import_req: { method: { name: "glance-direct" } },
  backend: ["s3"],
};
const exampleLegacyInput = {
  import_from: "https://cloud.example/disk.qcow2",
  import_from_format: "qcow2",
  image_properties: { name: "disk" },
};
const exampleTask = {
  ...{ id, type: "api_image_import", status: "processing", owner: "demo-project" },
  ...{ created_at: moment, updated_at: moment, self: `/v2/tasks/${id}`, schema: "/v2/schemas/task" },
  ...{ input: exampleInput, result: null, message: "" },
  ...{ image_id: image, request_id: "req-1", user_id: "demo" },
};

const parameter = (name: string, description: string, schema: Schema): Parameter => ({
  ...{ name, in: "query", description, schema },
});
const noImage = "There is no such image, or the caller does not see it";
const noBody = "There is a body, and none is expected";
const adminsOnly = "The policy does not allow it: tasks are for admins";

/** The operations of the imports function. */
export const imports = {
  importImage: {
    tag: "imports",
    details:
      "A worker goes on with it; `GET /v2/images/{image_id}/tasks` tells how far it is. While it lasts the image has " +
      "`os_glance_import_task`, and no other import begins. docs/imports.md has the whole.",
    parameters: [
      {
        ...{ name: "X-Image-Meta-Store", in: "header", schema: text },
        description: "The store that gets the image, where neither `stores` nor `all_stores` is there",
      },
    ],
    body: {
      required: true,
      content: json(schemaRef("ImageImport"), { method: { name: "glance-direct" } }),
    },
    answers: { 202: { description: "It is being done, or there is nothing to do" } },
    errors: {
      400: "The body, the method, the stores or the URL is not what it should be; an unknown method",
      403: "The policy does not allow it",
      404: noImage,
      409: "The status or the formats of the image do not allow it, another import has it, or there is no such store",
      410: "The store is read-only",
      413: "The project is over a quota",
    },
  },
  listImageTasks: {
    tag: "imports",
    details:
      "Newest first. What was sent is shown without the secrets of its URL to all but its owner and admins.",
    answers: {
      200: {
        description: "The tasks",
        content: json(schemaRef("ImageTasks"), { tasks: [] }),
      },
    },
    errors: { 400: noBody, 404: noImage },
  },
  listTasks: {
    tag: "imports",
    parameters: [
      parameter("limit", "Most tasks on the page", { type: "integer", minimum: 0 }),
      parameter("marker", "Go on after this task", text),
      parameter("sort_key", "Newest first without", { type: "string", enum: taskColumns }),
      parameter("sort_dir", "", { type: "string", enum: ["asc", "desc"] }),
      parameter("status", "Only tasks of this status", { type: "string", enum: taskStatuses }),
      parameter("type", "Only `import` is taken", { type: "string", enum: ["import"] }),
      parameter("owner", "Only tasks of this project; other columns are filters, too", text),
    ].map((one) => ({ ...one, description: one.description || "Which way" })),
    answers: {
      200: {
        description: "The tasks that have not expired",
        content: json(schemaRef("Tasks"), { tasks: [], first: "/v2/tasks", schema: "/v2/schemas/tasks" }),
      },
    },
    errors: {
      400: `A parameter is not what it should be, or ${noBody.toLowerCase()}`,
      403: adminsOnly,
      404: "The marker is no task",
    },
  },
  createTask: {
    tag: "imports",
    details:
      "Glance's older way to import: an image is made with `image_properties`, and its data fetched from `import_from` as by " +
      "`web-download`. Formats that are not said are `import_from_format` and `bare`. `POST /v2/images/{image_id}/import` does more.",
    body: {
      required: true,
      content: json(schemaRef("NewTask"), { type: "import", input: exampleLegacyInput }),
    },
    answers: {
      201: {
        description: "The task; a worker goes on with it. `Location` has its path",
        content: json(schemaRef("Task"), {
          ...exampleTask,
          type: "import",
          status: "pending",
          input: exampleLegacyInput,
        }),
      },
    },
    errors: {
      400: "The body, a property of the image or the URL is not what it should be; a type of task that is not made so",
      403: adminsOnly,
      413: "The project is over a quota",
    },
  },
  showTask: {
    tag: "imports",
    answers: { 200: { description: "The task", content: json(schemaRef("Task"), exampleTask) } },
    errors: { 400: noBody, 403: adminsOnly, 404: "There is no such task, or no more" },
  },
} as const satisfies Partial<Record<OperationName, Description>>;
