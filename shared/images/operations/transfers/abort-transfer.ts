import { Conflict } from "../../../errors.ts";
import { releaseTransfer } from "./release-transfer.ts";
import {
  findTransfer,
  type TransferAccess,
  type TransferAccessPorts,
  type TransferRef,
} from "./transfer-access.ts";

/**
 * Ends a transfer without data; the image is queued again. Repeating it is fine. Refused once completion has
 * begun: its outcome is not ours to choose any more.
 */
export const abortTransfer =
  (ports: Parameters<typeof releaseTransfer>[0] & TransferAccessPorts) =>
  async (access: TransferAccess, ref: TransferRef, { broken }: { broken: boolean }): Promise<void> => {
    const { transfer } = await findTransfer(ports)(access, ref);
    if (transfer.state === "aborted") return;
    const isOpen = (attempt: { transfer: typeof transfer }) => attempt.transfer.state === "open";
    if (!(await releaseTransfer(ports)(ref, { broken, when: isOpen }))) {
      const { transfer: current } = await findTransfer(ports)(access, ref);
      if (current.state !== "aborted")
        throw new Conflict(`The transfer is ${current.state} and cannot be aborted.`);
    }
  };
