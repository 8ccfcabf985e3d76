import type { Advice } from "../local-aws/advice.ts";

/** Deleting alone mostly makes no room: what is deleted is kept for a while. */
export const roomAdvice =
  "Deleted images give theirs back after deleted_bytes_retention_days (7, unless set; with 0 at once)";

/** What the runtime's messages say to whoever runs Glance on it. */
export const glanceAdvice: Advice = {
  otherFolder: "name another folder in GLANCE_HOME",
  room: `${roomAdvice}.`,
  lostWrites:
    "Let the service compare and mend its records: npm run job -- auditor-light, then npm run job -- index-rebuild",
  lostMessage: "What it asked for is found again by the reaper (npm run job -- reaper) or the outbox job.",
};
