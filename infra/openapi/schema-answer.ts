import { type Description, json, schemaRef } from "./description.ts";

/** What is said of a route that shows the schema that its path names. */
export const schemaAnswer = (names: string, example: unknown): Description => ({
  tag: "discovery",
  details: `Clients read them at run time. There are: ${names}.`,
  answers: { 200: { description: "The schema", content: json(schemaRef("JsonSchema"), example) } },
  errors: { 400: "There is a body, and none is expected", 404: "There is no schema of this name" },
});
