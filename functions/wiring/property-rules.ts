import { systemClock as clock } from "../../shared/clock.ts";
import { judgeProperties } from "../../shared/metadefs/operations/judge-properties.ts";
import type { Settings } from "../../shared/settings.ts";
import { catalogue } from "./metadef-ports.ts";

/** What the settings choose of the metadata definitions to judge images' properties by; called once for each request. */
export const propertyRules = (settings: Settings) =>
  judgeProperties(
    { namespaces: catalogue(), clock },
    { warn: settings.metadef_warn_namespaces, refuse: settings.metadef_refuse_namespaces },
  );
