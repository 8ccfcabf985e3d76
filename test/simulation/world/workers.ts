import { attendImage } from "../../../shared/cache/operations/attend-image.ts";
import { deleteBytes } from "../../../shared/images/operations/bytes/delete-bytes.ts";
import { attendCopies } from "../../../shared/images/operations/copies/attend-copies.ts";
import { attendImport } from "../../../shared/images/operations/imports/attend-import.ts";
import { finalizeImage } from "../../../shared/images/operations/transfers/finalize-image.ts";
import { deliverFor } from "../../../shared/notifications/operations/deliver-notifications.ts";
import type { MessageKind } from "./messages.ts";
import type { Ports } from "./ports.ts";

type Body = Readonly<Record<string, string>>;

interface Worker {
  /** As infra/functions/workers.ts has them. */
  readonly seconds: number;
  readonly visibilitySeconds: number;
  readonly work: (ports: Ports, body: Body, hasTime: () => boolean) => Promise<unknown>;
}

const refOf = ({ imageId = "", transferId = "" }: Body) => ({ imageId, transferId });

/** Who takes which messages. A new worker is a line here. */
export const workers: Readonly<Record<MessageKind, Worker>> = {
  finalize: {
    seconds: 900,
    visibilitySeconds: 1000,
    work: (ports, body, hasTime) => finalizeImage(ports.finalize)(refOf(body), hasTime),
  },
  sources: {
    seconds: 900,
    visibilitySeconds: 1000,
    work: (ports, body, hasTime) => finalizeImage(ports.sources)(refOf(body), hasTime),
  },
  delete: {
    seconds: 60,
    visibilitySeconds: 360,
    work: async (ports, { deletionId = "" }) => {
      if ((await deleteBytes(ports.deletes)(deletionId)) === "in other hands") throw new InOtherHands();
    },
  },
  copy: {
    seconds: 900,
    visibilitySeconds: 1000,
    work: (ports, { imageId = "" }, hasTime) => attendCopies(ports.copies)({ imageId }, hasTime),
  },
  notify: {
    seconds: 60,
    visibilitySeconds: 360,
    work: (ports, { subject = "" }, hasTime) => deliverFor(ports.deletes)([subject], hasTime),
  },
  import: {
    seconds: 900,
    visibilitySeconds: 1000,
    work: (ports, { taskId = "" }, hasTime) => attendImport(ports.imports)({ taskId }, hasTime),
  },
  cache: {
    seconds: 900,
    visibilitySeconds: 1000,
    work: (ports, { imageId = "" }, hasTime) => attendImage(ports.cache)({ imageId }, hasTime),
  },
};

/** The message comes again: functions/workers/delete.ts. */
export class InOtherHands extends Error {}
