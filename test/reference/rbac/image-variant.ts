export const visibilities = ["private", "shared", "community", "public"] as const;

export interface ImageVariant {
  readonly owner: "demo" | "alt";
  readonly visibility: (typeof visibilities)[number];
  readonly status: "queued" | "active";
  readonly flag?: "protected" | "os_hidden";
}

const owners = ["demo", "alt"] as const;
const variants = (status: ImageVariant["status"], flag?: "protected" | "os_hidden"): ImageVariant[] =>
  owners.flatMap((owner) =>
    visibilities.map((visibility) => ({ owner, visibility, status, ...(flag && { flag }) })),
  );

export const queued = variants("queued");
export const active = variants("active");
export const protectedImages = variants("queued", "protected");
export const hidden = variants("queued", "os_hidden");

export const nameOf = ({ owner, visibility, status, flag }: ImageVariant): string =>
  [`${owner}'s`, visibility, status, ...(flag ? [flag] : []), "image"].join(" ");
