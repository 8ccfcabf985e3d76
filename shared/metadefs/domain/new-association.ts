import type { ResourceTypeAssociation } from "./namespace.ts";

/** An association with a resource type as a caller wants it. */
export type NewAssociation = Omit<ResourceTypeAssociation, "created_at" | "updated_at">;
