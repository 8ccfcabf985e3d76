import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { parseIngressArguments } from "../../../client/ingress/arguments.ts";

const examples = resolve(import.meta.dirname, "../../../docs/examples");
const text = (name: string) => readFileSync(join(examples, name), "utf8");

test("the unit for systemd starts the ingress, and waits for longer than that waits for its uploads", () => {
  const unit = text("glance-ingress.service");
  const [, command = ""] = /^ExecStart=(.*)$/m.exec(unit) ?? [];
  const [, ...words] = command.slice(command.indexOf("ingress --")).split(" ");
  const { graceMs, journal } = parseIngressArguments(words);
  const [, seconds] = /^TimeoutStopSec=(\d+)$/m.exec(unit) ?? [];
  expect(Number(seconds) * 1000).toBeGreaterThan(graceMs);
  const [, folder] = /^StateDirectory=(.*)$/m.exec(unit) ?? [];
  expect(journal).toBe(`/var/lib/${folder}`);
});

test("so does the one for Docker Compose, at this machine's address alone", () => {
  const { ingress } = parse(text("compose.yaml")).services;
  const { graceMs, port, journal } = parseIngressArguments(ingress.command.split(" "));
  expect(Number.parseInt(ingress.stop_grace_period, 10) * 1000).toBeGreaterThan(graceMs);
  expect(ingress.ports).toEqual([`127.0.0.1:${port}:${port}`]);
  expect(ingress.volumes).toEqual([`journal:${journal}`]);
});
