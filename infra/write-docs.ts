// `npm run docs`: writes docs/settings.md, docs/functions.md and docs/cost.md, which tests hold to what they tell of.
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { costPage } from "./cost/cost-page.ts";
import { functionsPage } from "./functions-page.ts";
import { settingsPage } from "./settings-page.ts";

for (const [name, text] of [
  ["settings.md", settingsPage()],
  ["functions.md", functionsPage()],
  ["cost.md", await costPage()],
] as const) {
  const file = resolve(import.meta.dirname, "../docs", name);
  writeFileSync(file, text);
  console.log(`wrote ${file}`);
}
