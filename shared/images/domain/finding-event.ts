import type { Notification } from "../../notifications/domain/notification.ts";
import type { Finding } from "./finding.ts";

/** The notification of what is news. */
export const findingEvent = (finding: Finding): Notification => ({
  event_type: "image.audit.finding",
  priority: finding.state === "mended" ? "INFO" : "ERROR",
  payload: { ...finding },
});
