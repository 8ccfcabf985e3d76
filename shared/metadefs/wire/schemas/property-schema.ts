const types = ["array", "boolean", "integer", "number", "object", "string", null];
const positiveInteger = { $ref: "#/definitions/positiveInteger" };
const positiveIntegerDefault0 = { $ref: "#/definitions/positiveIntegerDefault0" };

const properties = {
  name: { type: "string", maxLength: 80 },
  title: { type: "string" },
  description: { type: "string" },
  operators: { type: "array", items: { type: "string" } },
  type: { type: "string", enum: types },
  required: { $ref: "#/definitions/stringArray" },
  minimum: { type: "number" },
  maximum: { type: "number" },
  maxLength: positiveInteger,
  minLength: positiveIntegerDefault0,
  pattern: { type: "string", format: "regex" },
  enum: { type: "array" },
  readonly: { type: "boolean" },
  default: {},
  items: { type: "object", properties: { type: { type: "string", enum: types }, enum: { type: "array" } } },
  maxItems: positiveInteger,
  minItems: positiveIntegerDefault0,
  uniqueItems: { type: "boolean", default: false },
  additionalItems: { type: "boolean" },
};

const stringArray = { type: "array", items: { type: "string" }, uniqueItems: true };
const numbers = {
  positiveInteger: { type: "integer", minimum: 0 },
  positiveIntegerDefault0: { allOf: [positiveInteger, { default: 0 }] },
};

/** What the schemas of namespaces and objects refer to. */
export const sharedDefinitions = {
  ...numbers,
  stringArray,
  property: {
    type: "object",
    additionalProperties: { type: "object", required: ["title", "type"], properties },
  },
};

/** A property of an object or in a collection: its name is its key there. */
export const namelessPropertySchema = {
  name: "property",
  properties,
  additionalProperties: false,
  required: ["type", "title"],
};

/** Glance's own definitions of single properties differ in `minItems`. */
export const propertyDefinitions = { ...numbers, stringArray: { ...stringArray, minItems: 1 } };

export const propertySchema = {
  ...namelessPropertySchema,
  required: ["type", "title", "name"],
  definitions: propertyDefinitions,
};
