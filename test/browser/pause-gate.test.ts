import { expect, test } from "vitest";
import { Paused, PauseGate } from "../../client/browser/pause-gate.ts";

const { signal } = new AbortController();

test("a pause cuts off what runs and holds what comes, until it goes on", async () => {
  const gate = new PauseGate();
  await gate.pass(signal);
  const running = gate.signal;
  gate.pause();
  expect(running.reason).toBeInstanceOf(Paused);
  let hasPassed = false;
  const passed = gate.pass(signal).then(() => {
    hasPassed = true;
  });
  await new Promise(setImmediate);
  expect(hasPassed).toBe(false);
  gate.resume();
  await passed;
  expect(gate.signal.aborted).toBe(false);
});

test("pausing twice is pausing once, and going on unpaused is nothing", async () => {
  const gate = new PauseGate();
  gate.resume();
  gate.pause();
  gate.pause();
  gate.resume();
  await gate.pass(signal);
});

test("an abort ends the waiting", async () => {
  const gate = new PauseGate();
  const stop = new AbortController();
  gate.pause();
  const passed = gate.pass(stop.signal);
  stop.abort(new Error("enough"));
  await expect(passed).rejects.toThrow("enough");
});
