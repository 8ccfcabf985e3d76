// `npm run openapi`: writes docs/openapi.json, which a test holds to the route table and its descriptions.
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { openApiText } from "./openapi-text.ts";

const file = resolve(import.meta.dirname, "../docs/openapi.json");
writeFileSync(file, openApiText());
console.log(`wrote ${file}`);
