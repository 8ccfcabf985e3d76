import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createMachine, type Machine } from "../client/imagectl-process.ts";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import { type ClientUser, clientsOf } from "./clients-of.ts";
import { succeed } from "./command.ts";

const guide = readFileSync(resolve(import.meta.dirname, "../../docs/sharing.md"), "utf8");
/** The commands of the guide, client by client. */
const parts = [...guide.matchAll(/^## With (\w+)$[\s\S]*?^```sh\n([\s\S]*?)^```$/gm)].map(
  ([, client = "", text = ""]) => ({ client, lines: text.trim().split("\n") }),
);

let runtime: LocalRuntime;
let machine: Machine;
let clients: ReturnType<typeof clientsOf>;
beforeAll(async () => {
  runtime = await startRuntime();
  clients = clientsOf(runtime.home);
  machine = createMachine({ OS_CLIENT_CONFIG_FILE: join(runtime.home, "clouds.yaml") });
});
afterAll(async () => {
  machine?.remove();
  await runtime?.stop();
  runtime?.remove();
});

/** One line of the guide, by whoever the comment before it names. */
async function run(line: string, user: ClientUser): Promise<string> {
  const [program, ...words] = line.split(" ");
  if (program === "glance") return clients.glance(user, words.join(" "));
  if (program !== "imagectl")
    return succeed(line, { OS_CLIENT_CONFIG_FILE: join(runtime.home, "clouds.yaml") });
  const { code, stdout, stderr } = await machine.run(...words);
  expect(code, `${line}: ${stderr}`).toBe(0);
  return stdout;
}

it("the guide shows three clients", () => {
  expect(parts.map(({ client }) => client)).toEqual(["openstack", "glance", "imagectl"]);
});

it.each(parts)("every command of the sharing guide works with $client", async ({ lines }) => {
  const disk = join(runtime.home, "disk.raw");
  writeFileSync(disk, Buffer.alloc(1000, 1));
  const options = `-f value -c id --disk-format raw --container-format bare --file ${disk}`;
  const image = await clients.openstack("demo", `image create ${options} disk`);
  const project = await clients.openstack("alt", "token issue -f value -c project_id");
  let user: ClientUser = "demo";
  const said: Record<string, string> = {};
  for (const line of lines) {
    const [, named] = /^# (\w+)/.exec(line) ?? [];
    if (named !== undefined) user = named as ClientUser;
    else said[line] = await run(line.replace("$IMAGE", image).replace("$ALT_PROJECT", project), user);
  }
  const of = (words: RegExp) => Object.entries(said).find(([line]) => words.test(line))?.[1];
  expect(of(/list.*pending/)).toContain(image);
  expect(of(/member.list/)).toContain(project);
  expect(await clients.openstack("demo", `image member list -f value ${image}`)).toBe("");
  await clients.openstack("demo", `image delete ${image}`);
});
