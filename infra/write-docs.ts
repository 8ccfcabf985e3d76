// `npm run docs`: writes docs/settings.md and docs/functions.md, which tests hold to the options and to the functions.
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { functionsPage } from "./functions-page.ts";
import { settingsPage } from "./settings-page.ts";

for (const [name, text] of [
  ["settings.md", settingsPage()],
  ["functions.md", functionsPage()],
] as const) {
  const file = resolve(import.meta.dirname, "../docs", name);
  writeFileSync(file, text);
  console.log(`wrote ${file}`);
}
