/** Groups of the Image API's operations, in the order in which a reader meets them. */
export const imageTags = [
  { name: "discovery", description: "Versions, schemas and what the service offers" },
  { name: "images", description: "Images: what is known of them, and who sees them" },
  { name: "image data", description: "Bytes of images" },
  {
    name: "transfers",
    description:
      "Uploads in presigned parts: in any order, in parallel, resumable, from several machines. An extension of " +
      "the Image API; docs/transfers.md has the whole protocol with examples",
  },
  {
    name: "imports",
    description: "Data that a worker brings into an image, and the tasks that say how far it is",
  },
  { name: "members", description: "Projects that an image is shared with" },
  {
    name: "recovery",
    description: "Deleted images brought back, by admins alone. An extension of the Image API",
  },
  {
    name: "audit",
    description: "What is known of images' bytes, and what audits found. An extension of the Image API",
  },
] as const;
