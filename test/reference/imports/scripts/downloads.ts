import type { Script } from "../../differential/script.ts";
import { everybody, formats, importing } from "../importing.ts";

const from = (more: Record<string, unknown>) => ({ method: { name: "glance-download", ...more } });

/** Both take images from the reference itself: it is what the Keystone's catalog has in RegionOne. */
export const downloads: readonly Script[] = [
  {
    name: "glance-download that is refused",
    run: async (session) => {
      const { image, uuid } = session;
      const { start } = importing(session);
      const id = await image(formats);
      for (const more of [
        {},
        { glance_region: "RegionOne" },
        { glance_image_id: uuid(1) },
        { glance_region: "RegionOne", glance_image_id: "no-uuid" },
        { glance_region: "RegionOne", glance_image_id: "" },
      ])
        for (const caller of everybody) await start(caller, id, from(more));
    },
  },
];
