import { readSettings } from "../shared/settings.ts";
import { openApiDocument } from "./openapi/document.ts";

/** What docs/openapi.json holds: the document with the default settings, the same on every machine. */
export const openApiText = (): string => `${JSON.stringify(openApiDocument(readSettings({})), null, 2)}\n`;
