import { serviceTime } from "./service-time.ts";

export const tagSchema = {
  name: "tag",
  properties: {
    name: { type: "string", maxLength: 80 },
    created_at: serviceTime("Date and time of tag creation"),
    updated_at: serviceTime("Date and time of the last tag modification"),
  },
  additionalProperties: false,
  required: ["name"],
};
