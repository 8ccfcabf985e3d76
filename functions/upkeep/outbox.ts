import { createLogger } from "../../shared/http/logger.ts";
import { outboxJob } from "../../shared/upkeep/operations/outbox.ts";
import { deliveryPorts } from "../wiring/notifications.ts";
import { upkeepJob } from "../wiring/upkeep-job.ts";

const logger = createLogger("outbox");

export const handler = upkeepJob(
  outboxJob({
    ...deliveryPorts(logger),
    // The alarm of the upkeep stack reads this line.
    warn: (waiting) => logger.warn("notifications wait", waiting),
  }),
);
