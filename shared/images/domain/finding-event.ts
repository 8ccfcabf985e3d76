import type { Finding } from "./finding.ts";
import type { Notification } from "./image-events.ts";

/** The notification of what is news. */
export const findingEvent = (finding: Finding): Notification => ({
  event_type: "image.audit.finding",
  priority: finding.state === "mended" ? "INFO" : "ERROR",
  payload: { ...finding },
});
