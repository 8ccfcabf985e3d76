import { expect, it } from "vitest";
import { addLocation } from "../../../../../shared/images/operations/locations/add-location.ts";
import { finalizeImage } from "../../../../../shared/images/operations/transfers/finalize-image.ts";
import type { TransferRef } from "../../../../../shared/images/operations/transfers/transfer-access.ts";
import { type FaultPoint, faulty } from "../../../../fakes/faulty.ts";
import { demo, hashesOf } from "../../../../fakes/images/service.ts";
import { withHints } from "../../../../fakes/with-hints.ts";
import { type Service, stored, url, withWeb } from "./with-web.ts";

/* The worker that reads data at other hosts, killed before and after each of its calls. Its message comes again. */

/** Of a source at a time. */
const RANGE_BYTES = 4;
const data = Buffer.from("0123456789");
const hashes = hashesOf(data);
const right = { os_hash_algo: "sha512", os_hash_value: hashes.os_hash_value };
const wrong = { os_hash_algo: "sha512", os_hash_value: "0".repeat(128) };
const active = { status: "active", ...hashes };
const queued = { status: "queued", os_hash_value: null, locations: [] };

/** An image whose data waits to be read, the message of that, and how many bytes were asked for since. */
async function registered(validation: typeof right | undefined) {
  const one = withWeb();
  one.web.objects.set(url, data);
  const { id } = await one.queuedImage();
  await addLocation(one.ports)(demo, id, { url, ...(validation && { validation }) });
  const [message] = one.work.reading.splice(0);
  if (!message) throw new Error("there is something to read");
  let read = 0;
  const { store } = one.web;
  const reading: typeof store.read = store.read;
  store.read = (key, offset, length) => {
    // A longer read is the look at its format.
    if (length <= RANGE_BYTES) read += length;
    return reading(key, offset, length);
  };
  return { one, id, message, read: () => read };
}

/** One run of the worker, killed at a point or not at all; how many calls it made. */
async function run(one: Service, ref: TransferRef, hasTime: () => boolean, point?: FaultPoint) {
  const broken = faulty({ ...one.unhinted, stores: one.unhinted.sources }, point);
  const ports = { ...withHints(broken.ports), readsSources: true, rangeBytes: RANGE_BYTES } as const;
  await finalizeImage(ports)(ref, hasTime).catch((error: unknown) => {
    if (point === undefined) throw error;
  });
  return broken.calls();
}

it.each([
  ["with the right hash becomes active", right, active, true],
  ["with another hash is queued again", wrong, queued, true],
  ["without a hash gets its hashes", undefined, active, true],
  ["that takes several runs becomes active", right, active, false],
  ["that takes several runs, of another hash, is queued again", wrong, queued, false],
] as const)("an image %s, wherever its reader is killed", async (_, validation, expected, isQuick) => {
  const hasTime = () => isQuick;
  const whole = await registered(validation);
  const calls = await run(whole.one, whole.message, hasTime);
  expect(calls).toBeGreaterThan(4);
  for (let call = 1; call <= calls; call++)
    for (const moment of ["before", "after"] as const) {
      const { one, id, message, read } = await registered(validation);
      await run(one, message, hasTime, { call, moment });
      // It comes again, beside those that were sent before the end; and the next reader is killed as well.
      const messages = [message, ...one.work.reading.splice(0)];
      await run(one, message, hasTime, { call, moment });
      messages.push(...one.work.reading.splice(0));
      for (let runs = 0; messages.length > 0 && runs < 10; runs++) {
        await run(one, messages.shift() as TransferRef, hasTime);
        messages.push(...one.work.reading.splice(0));
      }
      const where = `killed ${moment} call ${call} of ${calls}`;
      expect(messages, where).toEqual([]);
      expect(await stored(one, id), where).toMatchObject({ ...expected, transfer_id: null });
      // Again only what each killed run had in hand: all, where it has not kept how far it came.
      const inHand = isQuick ? data.length : 2 * RANGE_BYTES;
      expect(read() - data.length, where).toBeLessThanOrEqual(2 * inHand);
      // What is not ours is never deleted.
      expect([one.web.objects.get(url), one.metadata.deletions.size], where).toEqual([data, 0]);
    }
});
