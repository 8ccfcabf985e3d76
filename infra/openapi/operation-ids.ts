import { type Route, routes } from "../../shared/routes.ts";

/** Ids must be unique; an operation with several routes gets a number from its second one on. */
export function operationIds(): Map<Route, string> {
  const seen = new Map<string, number>();
  return new Map(
    routes.map((route) => {
      const count = (seen.get(route.operation) ?? 0) + 1;
      seen.set(route.operation, count);
      return [route, count === 1 ? route.operation : `${route.operation}${count}`];
    }),
  );
}
