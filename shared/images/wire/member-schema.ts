import { memberStatuses } from "../domain/member.ts";

const uuid = "^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$";

export const memberSchema = {
  name: "member",
  properties: {
    member_id: { type: "string", description: "An identifier for the image member (tenantId)" },
    image_id: { type: "string", description: "An identifier for the image", pattern: uuid },
    created_at: { type: "string", description: "Date and time of image member creation" },
    updated_at: { type: "string", description: "Date and time of last modification of image member" },
    status: { type: "string", description: "The status of this image member", enum: memberStatuses },
    schema: { readOnly: true, type: "string" },
  },
};

export const membersSchema = {
  name: "members",
  properties: { members: { type: "array", items: memberSchema }, schema: { type: "string" } },
  links: [{ rel: "describedby", href: "{schema}" }],
};
