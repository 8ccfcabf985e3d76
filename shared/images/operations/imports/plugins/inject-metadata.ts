import type { Settings } from "../../../../settings.ts";
import type { ImportPlugin } from "../../../ports/import-plugin.ts";

/** Glance's `inject_image_metadata`: gives images the properties of `inject`, but not those of some users. */
export const injectMetadata = ({
  inject,
  ignore_user_roles,
}: Pick<Settings, "inject" | "ignore_user_roles">): ImportPlugin => {
  const ignored = new Set(ignore_user_roles.map((role) => role.toLowerCase()));
  return {
    name: "inject_image_metadata",
    applies: ({ task }) =>
      Object.keys(inject).length > 0 && !task.import.roles.some((role) => ignored.has(role.toLowerCase())),
    run: async () => ({ outcome: "changed", attributes: { properties: inject } }),
  };
};
