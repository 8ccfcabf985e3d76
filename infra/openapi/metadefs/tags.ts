/** Groups of the operations of the metadata definitions. */
export const metadefTags = [
  {
    name: "namespaces",
    description:
      "Metadata definitions: which properties images, flavors, volumes and others may have, and what they mean. Each " +
      "namespace has objects, properties and tags of its own, and says for which types of resources they are",
  },
  { name: "definitions", description: "Objects, properties and tags of a namespace" },
  { name: "resource types", description: "Types of resources, and which namespaces are for them" },
] as const;
