const times = { created_at: "2026-11-20T09:00:00Z", updated_at: "2026-11-20T09:00:00Z" };

const cores = {
  type: "integer",
  title: "vCPU cores",
  description: "Cores of a socket that guests see",
  minimum: 1,
} as const;
const base = {
  namespace: "OS::Compute::VirtCPUTopology",
  display_name: "Virtual CPU topology",
  visibility: "public",
  protected: true,
} as const;
const association = { name: "OS::Glance::Image", prefix: "hw_" };
const object = { name: "sockets", description: "Sockets and their cores", required: ["cpu_cores"] };
const namespaceLinks = {
  self: "/v2/metadefs/namespaces/OS::Compute::VirtCPUTopology",
  schema: "/v2/schemas/metadefs/namespace",
};

/** One namespace and what it contains, as it is asked for and as it is shown. */
export const metadefExamples = {
  newNamespace: {
    ...base,
    resource_type_associations: [association],
    properties: { cpu_cores: cores },
    objects: [{ ...object, properties: { cpu_cores: cores } }],
    tags: [{ name: "numa" }],
  },
  namespaceChange: base,
  namespace: { ...base, owner: "3c1b5f0e6a7d4b0f9c2d8e7a6b5c4d3e", ...times, ...namespaceLinks },
  association: { ...association, ...times },
  newAssociation: association,
  newProperty: { name: "cpu_cores", ...cores },
  property: { name: "cpu_cores", ...cores },
  properties: { cpu_cores: cores },
  newObject: { ...object, properties: { cpu_cores: cores } },
  object: {
    ...object,
    properties: { cpu_cores: cores },
    ...times,
    self: `${namespaceLinks.self}/objects/sockets`,
    schema: "/v2/schemas/metadefs/object",
  },
  tagName: { name: "numa" },
  tag: { name: "numa", ...times },
  resourceType: { name: "OS::Glance::Image", ...times },
};
