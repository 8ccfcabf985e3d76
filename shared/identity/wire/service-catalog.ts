import { identityId } from "../domain/identity-id.ts";

const REGION = "RegionOne";

const service = (type: string, name: string, url: string) => ({
  id: identityId("service", type),
  type,
  name,
  endpoints: ["public", "internal", "admin"].map((access) => ({
    id: identityId("endpoint", `${type} ${access}`),
    interface: access,
    region: REGION,
    region_id: REGION,
    url,
  })),
});

export type ServiceCatalog = readonly ReturnType<typeof service>[];

/**
 * The catalog of a deployment at `publicUrl` (absolute, no trailing slash). The image URL carries no version:
 * with `/v2` glance asks for `/v2/versions` and gophercloud for `/v2/v2/images` (docs/reference/clients.md, "Discovery
 * and schemas").
 */
export const serviceCatalog = (publicUrl: string): ServiceCatalog => [
  service("image", "glance", publicUrl),
  service("identity", "keystone", `${publicUrl}/v3`),
];
