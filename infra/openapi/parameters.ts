import { versionNumbers } from "../../shared/http/versions.ts";
import { ownValue } from "../../shared/own-value.ts";
import type { Parameter, PathParameter, Schema } from "./description.ts";
import { pathParameters } from "./descriptions.ts";

/** Versions of the Image API that a path may name. */
export const versionSchema: Schema = {
  type: "string",
  enum: ["v2", ...versionNumbers({ severalStores: true, cache: true }).map((number) => `v${number}`)],
};

/** Parameters of paths, by their names in the route table. */
const known: Readonly<Record<string, PathParameter>> = {
  version: {
    description:
      "Every listed version is another name of v2 (2.8 and 2.10 to 2.13 where stores are named, 2.14, 2.16 " +
      "and 2.18 with a cache); what a version added is there under all of them. Any other first segment of a path is answered 300 with the versions document.",
    schema: { ...versionSchema, default: "v2" },
  },
  ...pathParameters,
};

/** Names of a path's parameters; a greedy one (`{proxy+}`) loses its plus. */
export const parameterNames = (path: string): string[] =>
  [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, name]) => name ?? "");

/** `image_id` as the component ImageId. */
const componentName = (name: string): string =>
  name
    .split("_")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");

const requestId: Parameter = {
  name: "X-OpenStack-Request-ID",
  in: "header",
  description:
    "The request's own id, which the answer and the log then have. `req-` is put before it where missing; one with " +
    "other characters than letters, digits, `_`, `.` and `-` is replaced.",
  schema: { type: "string", maxLength: 64 },
};

/** All parameters of these paths, and what every request may say, for components.parameters. */
export function pathComponents(paths: readonly string[]): Record<string, Parameter> {
  const names = [...new Set(paths.flatMap(parameterNames))];
  const entries = names.map((name): [string, Parameter] => {
    const described = ownValue(known, name);
    if (!described) throw new Error(`nothing is said of the path parameter ${name}`);
    return [componentName(name), { name, in: "path", required: true, ...described }];
  });
  return { RequestId: requestId, ...Object.fromEntries(entries) };
}

/** What all operations of a path have in common. */
export const commonParameters = (path: string) =>
  [...parameterNames(path).map(componentName), "RequestId"].map((name) => ({
    $ref: `#/components/parameters/${name}`,
  }));
