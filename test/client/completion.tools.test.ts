import { spawn } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { createMachine, until } from "./imagectl-process.ts";

const entry = resolve(import.meta.dirname, "../../client/imagectl.ts");

it("a bash on a terminal completes clouds with the tabulator key", async () => {
  const machine = createMachine({});
  const program = join(machine.folder, "imagectl");
  writeFileSync(program, `#!/bin/sh\nexec ${process.execPath} ${entry} "$@"\n`);
  chmodSync(program, 0o755);
  writeFileSync(join(machine.folder, "clouds.yaml"), "clouds: {faraway: {}, demo: {}}");
  const environment = {
    PATH: `${machine.folder}:/usr/bin:/bin`,
    HOME: machine.folder,
    TERM: "dumb",
    PS1: "ready> ",
  };
  const shell = spawn("script", ["-qfec", "bash --norc --noprofile -i", "/dev/null"], {
    cwd: machine.folder,
    env: environment,
  });
  let screen = "";
  shell.stdout.setEncoding("utf8").on("data", (text: string) => {
    screen += text;
  });
  const shows = (text: string) => until(() => screen.includes(text) || undefined);
  shell.stdin.write("source <(imagectl complete bash); echo loa''ded\n");
  await shows("loaded");
  screen = "";
  shell.stdin.write("imagectl upload --os-cloud far\t");
  expect(await shows("faraway")).toBe(true);
  // Ctrl-U throws the line away, so that it is not run.
  shell.stdin.write("\u0015exit\n");
  await new Promise((end) => shell.once("close", end));
  machine.remove();
});
