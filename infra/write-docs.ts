// `npm run docs`: writes docs/settings.md, which a test holds to the options.
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { settingsPage } from "./settings-page.ts";

const file = resolve(import.meta.dirname, "../docs/settings.md");
writeFileSync(file, settingsPage());
console.log(`wrote ${file}`);
