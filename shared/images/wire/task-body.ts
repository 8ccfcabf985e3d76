import { BadRequest } from "../../errors.ts";
import type { ApiRequest } from "../../http/api-request.ts";
import { jsonObject } from "../../http/json-body.ts";
import { isJsonObject, type JsonObject } from "../../json-object.ts";
import { ownValue } from "../../own-value.ts";
import { taskTypes } from "../domain/task.ts";
import type { NewTask } from "../operations/tasks/create-task.ts";
import type { AttributeCheck } from "./attribute-schema.ts";
import { newImage } from "./new-image.ts";

/** As of an import: the task shows what was sent. */
const MAX_BODY_BYTES = 16 * 1024;
const members = new Set(["type", "input"]);

const mismatch = (reason: string): BadRequest =>
  new BadRequest(`Provided object does not match schema 'task': ${reason}`);

/** Where such tasks may import from, in the words of Glance's legacy imports; the rules of sources come after it. */
function legacyUri(input: JsonObject): string {
  const uri = ownValue(input, "import_from");
  if (!uri) throw new BadRequest("Invalid location: 'import_from' names no source of the image's data.");
  if (typeof uri === "string" && /^https?:\/\//.test(uri)) return uri;
  if (typeof uri === "string" && /^file(system)?:\/\/\//.test(uri))
    throw new BadRequest("File based imports are not allowed. Please use a non-local source of image data.");
  throw new BadRequest(
    "The given uri is not valid. Please specify a valid uri from the following list of supported uri ['http']",
  );
}

/** What the image is made with: formats that are not said follow from `import_from_format`. */
function propertiesOf(input: JsonObject): JsonObject {
  for (const name of ["import_from_format", "image_properties"])
    if (!Object.hasOwn(input, name)) throw new BadRequest(`Input does not contain '${name}' field`);
  const properties = ownValue(input, "image_properties");
  if (!isJsonObject(properties)) throw new BadRequest("'image_properties' must be a JSON object.");
  return {
    disk_format: ownValue(input, "import_from_format"),
    container_format: "bare",
    ...properties,
  };
}

/** The body of POST /tasks. Throws BadRequest for what Glance would fail inside of the task, too. */
export function newTask(request: ApiRequest, check: AttributeCheck): NewTask {
  const body = jsonObject(request);
  if (request.body.length > MAX_BODY_BYTES)
    throw new BadRequest(`The body of a task has at most ${MAX_BODY_BYTES} bytes.`);
  for (const name of members)
    if (!Object.hasOwn(body, name)) throw new BadRequest(`Task '${name}' is required`);
  const other = Object.keys(body).find((name) => !members.has(name));
  if (other !== undefined)
    throw mismatch(`Additional properties are not allowed ('${other}' was unexpected)`);
  const type = ownValue(body, "type");
  if (!taskTypes.some((one) => one === type))
    throw mismatch(`'${String(type).slice(0, 100)}' is not one of ${JSON.stringify(taskTypes)}`);
  const input = ownValue(body, "input");
  if (!isJsonObject(input)) throw mismatch("the input is not of type 'object'");
  if (type !== "import")
    throw new BadRequest(
      `Tasks of the type ${type} are made by the requests that they belong to: import an image's data by POST /v2/images/{image_id}/import.`,
    );
  const uri = legacyUri(input);
  return { uri, input, image: newImage(propertiesOf(input), check), requestId: request.requestId };
}
