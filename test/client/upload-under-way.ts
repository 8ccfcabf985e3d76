import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Machine, until } from "./imagectl-process.ts";

/** What a machine remembers of its only unfinished upload, as soon as there is one. */
export const remembered = (machine: Machine): Promise<Record<string, string>> =>
  until(() => {
    const [name] = machine.states();
    return name === undefined
      ? undefined
      : (JSON.parse(readFileSync(join(machine.stateFolder, name), "utf8")) as Record<string, string>);
  });

/**
 * Waits until so many parts of a machine's only upload are stored; answers what is remembered of it. It asks the service
 * itself: imagectl starts so slowly on a busy machine that the upload may be over before it says anything.
 */
export async function uploadUnderWay(machine: Machine, parts: number): Promise<Record<string, string>> {
  const ticket = await remembered(machine);
  await until(async () => {
    const url = `${ticket.endpoint}/v2/images/${ticket.image_id}/transfers/${ticket.transfer_id}`;
    const shown = await fetch(url, { headers: { "x-image-transfer-token": ticket.token ?? "" } });
    return ((await shown.json()) as { parts: unknown[] }).parts.length >= parts ? true : undefined;
  });
  return ticket;
}
