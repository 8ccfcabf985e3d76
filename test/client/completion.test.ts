import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createMachine, type Machine } from "./imagectl-process.ts";

let machine: Machine;
beforeAll(() => {
  machine = createMachine({});
  writeFileSync(join(machine.folder, "clouds.yaml"), "clouds: {admin: {}, alt: {}, demo: {}}");
  writeFileSync(join(machine.folder, "disk.qcow2"), "");
});
afterAll(() => machine.remove());

/** What is offered for a command line that ends in its last word. */
async function offered(...words: string[]): Promise<string[]> {
  const { code, stdout } = await machine.run("complete", "--", ...words);
  expect(code).toBe(0);
  return stdout
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith(":"))
    .map((line) => line.split("\t")[0] ?? "");
}

it("commands, options, their values, clouds and files are offered", async () => {
  expect(await offered("image", "me")).toEqual(["member"]);
  expect(await offered("image", "member", "")).toEqual(["list", "add", "remove", "accept", "reject", "help"]);
  expect(await offered("image", "list", "--vis")).toEqual(["--visibility"]);
  expect(await offered("image", "list", "--status", "de")).toEqual(["deactivated"]);
  expect(await offered("upload", "--os-cloud", "a")).toEqual(["admin", "alt"]);
  writeFileSync(join(machine.folder, "disk$(date)"), "");
  expect(await offered("upload", "di")).toEqual(["disk.qcow2"]);
  expect(await offered("upload", "x", "--ticket", `${machine.folder}/di`)).toEqual([
    `${machine.folder}/disk.qcow2`,
  ]);
});

it("a broken clouds.yaml does not disturb whoever types", async () => {
  const other = createMachine({});
  writeFileSync(join(other.folder, "clouds.yaml"), "clouds: [");
  const { code, stderr, stdout } = await other.run("complete", "--", "upload", "--os-cloud", "");
  other.remove();
  expect([code, stderr, stdout]).toEqual([0, "", ":4\n"]);
});

it.each(["bash", "zsh", "fish"])("prints the script of %s", async (shell) => {
  const { code, stdout } = await machine.run("complete", shell);
  expect(code).toBe(0);
  expect(stdout).toContain("imagectl complete --");
});
