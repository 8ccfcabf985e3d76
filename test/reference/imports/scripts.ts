import type { Script } from "../differential/script.ts";
import type { ImportSource } from "./import-source.ts";
import { copies } from "./scripts/copies.ts";
import { directImports } from "./scripts/direct.ts";
import { discovery } from "./scripts/discovery.ts";
import { downloads } from "./scripts/downloads.ts";
import { fetchedImports } from "./scripts/fetched.ts";
import { heldImports } from "./scripts/held.ts";
import { refusals } from "./scripts/refusals.ts";
import { tasks } from "./scripts/tasks.ts";

/** What is asked of imports and tasks. Without a source: only their names. */
export const importScripts = (source?: ImportSource): readonly Script[] => [
  ...discovery,
  ...refusals,
  ...directImports,
  ...fetchedImports(source?.url ?? ""),
  ...heldImports(source),
  ...copies,
  ...downloads,
  ...tasks(source?.url ?? ""),
];
