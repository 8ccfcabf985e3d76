import type { Route } from "./route.ts";

/** The order in which Glance names them. */
const order: readonly Route["method"][] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/** Methods that a path answers, for 405's Allow; undefined for a path that is in none of the routes, or looks so. */
export function allowedMethods(routes: readonly Route[], path: string): readonly string[] | undefined {
  const found = routes.filter((route) => route.path === path && route.others !== "absent");
  const methods = new Set(found.map(({ method }) => method));
  return methods.size > 0 ? order.filter((method) => methods.has(method)) : undefined;
}
