// The parts of dynalite (pinned to one version, it has no types of its own) that the emulator calls.

type DynaliteItem = import("./item.ts").Item;
type DynaliteValue = import("./item.ts").AttributeValue;
type DynaliteSchema = import("./table.ts").TableSchema;
type DynaliteRequest = import("./request.ts").DynamodbRequest;

interface DynaliteStore {
  readonly options: { readonly maxItemSize: number };
  getTable?(name: string, callback: (error: null, schema: DynaliteSchema) => void): void;
  getItemDb?(tableName: string): unknown;
  getIndexDb?(): unknown;
}

type DynaliteAction = (
  store: DynaliteStore,
  request: DynaliteRequest,
  callback: (error: Error | null | undefined, answer?: { Attributes?: DynaliteItem }) => void,
) => void;

/** dynalite's own description of a request's members. */
type DynaliteTypes = Readonly<Record<string, unknown>>;

interface DynaliteValidation {
  readonly types: DynaliteTypes;
  /** Answers what is wrong, if anything; leaves the parsed expressions in the request. */
  readonly custom?: (request: DynaliteRequest, store: DynaliteStore) => string | undefined;
}

declare module "dynalite/db/index.js" {
  const database: {
    create(options: { path: string }): { readonly db: import("./storage.ts").Storage };
    validateKey(key: DynaliteItem, table: DynaliteSchema): Error | null | undefined;
    validateItem(item: DynaliteItem, table: DynaliteSchema): Error | null | undefined;
    validateKeyPaths(paths: unknown, table: DynaliteSchema): Error | null | undefined;
    createKey(item: DynaliteItem, table: DynaliteSchema, keySchema?: DynaliteSchema["KeySchema"]): string;
  };
  export default database;
}

declare module "dynalite/actions/*" {
  const action: DynaliteAction;
  export default action;
}

declare module "dynalite/validations/index.js" {
  const validations: {
    checkTypes(input: Record<string, unknown>, types: DynaliteTypes): DynaliteRequest;
    checkValidations(
      request: DynaliteRequest,
      types: DynaliteTypes,
      custom: DynaliteValidation["custom"],
      store: DynaliteStore,
    ): void;
  };
  export default validations;
}

declare module "dynalite/validations/*" {
  const validation: DynaliteValidation;
  export default validation;
}
