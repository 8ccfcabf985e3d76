import type { Route } from "../../http/route.ts";

const metadefs = "/{version}/metadefs";
const namespaces = `${metadefs}/namespaces`;
const namespace = `${namespaces}/{namespace}`;
const object = `${namespace}/objects/{object_name}`;
const property = `${namespace}/properties/{property_name}`;
const tag = `${namespace}/tags/{tag_name}`;
const associations = `${namespace}/resource_types`;

/** One route of the metadata definitions. */
const route = <const Operation extends string, const Path extends string>(
  operation: Operation,
  method: Route["method"],
  path: Path,
  summary: string,
) => ({ operation, method, path, function: "metadefs", access: "token", summary }) as const;

const table = () =>
  [
    {
      operation: "showMetadefSchema",
      method: "GET",
      path: "/{version}/schemas/metadefs/{schema}",
      function: "discovery",
      access: "token",
      summary: "Show a JSON schema of the metadata definitions",
    },
    route("listNamespaces", "GET", namespaces, "List namespaces of metadata definitions"),
    route("createNamespace", "POST", namespaces, "Create a namespace"),
    route("showNamespace", "GET", namespace, "Show a namespace with all that it contains"),
    route("updateNamespace", "PUT", namespace, "Replace what a namespace says of itself"),
    route("deleteNamespace", "DELETE", namespace, "Delete a namespace with all that it contains"),
    route("listObjectDefinitions", "GET", `${namespace}/objects`, "List object definitions"),
    route("createObjectDefinition", "POST", `${namespace}/objects`, "Create an object definition"),
    route(
      "deleteObjectDefinitions",
      "DELETE",
      `${namespace}/objects`,
      "Delete all object definitions of a namespace",
    ),
    route("showObjectDefinition", "GET", object, "Show an object definition"),
    route("updateObjectDefinition", "PUT", object, "Replace an object definition"),
    route("deleteObjectDefinition", "DELETE", object, "Delete an object definition"),
    route("listPropertyDefinitions", "GET", `${namespace}/properties`, "List property definitions"),
    route("createPropertyDefinition", "POST", `${namespace}/properties`, "Create a property definition"),
    route(
      "deletePropertyDefinitions",
      "DELETE",
      `${namespace}/properties`,
      "Delete all property definitions of a namespace",
    ),
    route("showPropertyDefinition", "GET", property, "Show a property definition"),
    route("updatePropertyDefinition", "PUT", property, "Replace a property definition"),
    route("deletePropertyDefinition", "DELETE", property, "Delete a property definition"),
    route("listTagDefinitions", "GET", `${namespace}/tags`, "List tag definitions"),
    route("createTagDefinitions", "POST", `${namespace}/tags`, "Add tag definitions, or replace all"),
    route("deleteTagDefinitions", "DELETE", `${namespace}/tags`, "Delete all tag definitions of a namespace"),
    route("showTagDefinition", "GET", tag, "Show a tag definition"),
    route("createTagDefinition", "POST", tag, "Create a tag definition"),
    route("updateTagDefinition", "PUT", tag, "Rename a tag definition"),
    route("deleteTagDefinition", "DELETE", tag, "Delete a tag definition"),
    route("listAssociations", "GET", associations, "List the resource types of a namespace"),
    route("createAssociation", "POST", associations, "Associate a namespace with a resource type"),
    route(
      "deleteAssociation",
      "DELETE",
      `${associations}/{resource_type}`,
      "End an association with a resource type",
    ),
    route(
      "listResourceTypes",
      "GET",
      `${metadefs}/resource_types`,
      "List the resource types of all namespaces",
    ),
    {
      operation: "showContradictions",
      method: "GET",
      path: "/{version}/images/{image_id}/metadefs",
      // It reads the image, which the function of the metadata definitions may not.
      function: "images",
      access: "token",
      summary: "Compare an image's properties with the metadata definitions",
    },
  ] as const satisfies readonly Route[];

/** The metadata definitions, with Glance's paths and meaning. */
export const metadefRoutes = /* @__PURE__ */ table();
