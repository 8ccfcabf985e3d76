import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Plugin } from "esbuild";

/** Types of stores whose code is in the bundles only where the settings name one. */
export const optionalStores = ["swift", "file"] as const;
export type OptionalStore = (typeof optionalStores)[number];

/** What each may add to a bundle, beyond the budget of a deployment without it. */
export const OPTIONAL_STORE_BYTES = 22_000;

const exported = /^export (?:async )?(?:const|function) (\w+)/gm;

/**
 * Leaves out what makes the stores of these types: functions/wiring/<type>-stores.ts, through which alone their adapters
 * are reached. Nobody asks for any, as no setting names one; whoever does all the same is told.
 */
export const absentStores = (types: readonly OptionalStore[]): Plugin => ({
  name: "absent-stores",
  setup: (builder) =>
    builder.onLoad({ filter: /[\\/]functions[\\/]wiring[\\/]\w+-stores\.ts$/ }, async ({ path }) => {
      const type = types.find((each) => basename(path) === `${each}-stores.ts`);
      if (type === undefined) return undefined;
      const names = [...(await readFile(path, "utf8")).matchAll(exported)].map(([, name]) => name);
      const message = JSON.stringify(`this deployment was made without stores of type ${type}`);
      return {
        contents: `const none=()=>{throw new Error(${message})};export{${names.map((name) => `none as ${name}`).join()}};`,
        loader: "js",
      };
    }),
});
