import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { run, succeed } from "./command.ts";

export type ClientUser = "admin" | "demo" | "alt" | "reader";

/** Debian's two clients as the users of a local runtime with this home. */
export function clientsOf(home: string) {
  /** Variables that both clients read; the glance CLI knows no clouds.yaml. */
  const login = (user: ClientUser): Record<string, string> => {
    const lines = readFileSync(join(home, `${user}.rc`), "utf8").split("\n");
    return Object.fromEntries(
      lines.flatMap((line) => {
        const [, variable, value] = /^export (\w+)=["']?(.*?)["']?$/.exec(line) ?? [];
        return variable === undefined || value === undefined ? [] : [[variable, value]];
      }),
    );
  };
  const openstack = (user: ClientUser, command: string) => succeed(`openstack ${command}`, login(user));
  return {
    openstack,
    glance: (user: ClientUser, command: string) => succeed(`glance ${command}`, login(user)),
    /** Any command with a user's variables. */
    command: (user: ClientUser, command: string) => succeed(command, login(user)),
    /** What a command that must fail says. */
    refused: async (user: ClientUser, command: string) => {
      const { status, stdout, stderr } = await run(command, login(user));
      expect(status, command).not.toBe(0);
      return `${stdout}${stderr}`;
    },
    /** Names in a list, in its order. */
    names: async (user: ClientUser, options = "") =>
      (await openstack(user, `image list -f value -c Name ${options}`)).split("\n").filter(Boolean),
    /** An image with its properties beside its attributes. */
    shown: async (user: ClientUser, image: string): Promise<Record<string, unknown>> => {
      const { properties, ...attributes } = JSON.parse(await openstack(user, `image show -f json ${image}`));
      return { ...attributes, ...properties };
    },
  };
}
