/** Who may ask: `token` needs X-Auth-Token; `transfer` a transfer token or X-Auth-Token. */
export type Access = "public" | "token" | "transfer";

export interface Route {
  readonly operation: string;
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** API Gateway's form; `{version}` is any listed version of the Image API. */
  readonly path: string;
  /** The function that answers, by its name in infra/functions. */
  readonly function: string;
  readonly access: Access;
  readonly summary: string;
  /** Other methods of the path are answered as if it were not there: 404 instead of 405. */
  readonly others?: "absent";
}
