/** What keeps the bytes; the names are Glance's. */
export type StoreType = "s3" | "swift" | "file" | "http";

/** A store as the settings describe it. Of its secrets it holds none. */
export interface StoreDescription {
  /** As it is named in `enabled_backends`, in records and by callers (`X-Image-Meta-Store`). */
  readonly id: string;
  readonly type: StoreType;
  readonly description?: string;
  /** Of several stores that have an image, the heaviest serves it. */
  readonly weight: number;
  /** Takes no new images; what is there is served, and deleted unless its type only reads. */
  readonly readOnly: boolean;
  /** What URLs of its places begin with; `s3://`, its id and a slash where nothing is said. */
  readonly locationBase?: string;
  /** What `GET /v2/info/stores/detail` says beside, by type. */
  readonly properties: Readonly<Record<string, string | number | boolean>>;
}

/** The stores of this installation, in the order of the settings. */
export interface ConfiguredStores {
  /** Whether the operator named stores: without, callers are told of none, as by a Glance with one store. */
  readonly named: boolean;
  readonly all: readonly StoreDescription[];
  /** Where an image goes whose caller names no store. */
  readonly defaultStore: string;
}

export const typeOfStore = ({ all }: Pick<ConfiguredStores, "all">, store: string): StoreType | undefined =>
  all.find(({ id }) => id === store)?.type;
