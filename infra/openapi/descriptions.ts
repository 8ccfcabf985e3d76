import type { OperationName } from "../../shared/routes.ts";
import type { Settings } from "../../shared/settings.ts";
import { cacheModule } from "./cache/module.ts";
import type { Description, PathParameter, Schema } from "./description.ts";
import { identityModule } from "./identity/module.ts";
import { imagesModule } from "./images/module.ts";
import { metadefsModule } from "./metadefs/module.ts";

/** What is said of each operation of the route table: the compiler misses those of which nothing is. */
export const descriptions: Readonly<Record<OperationName, Description>> = {
  ...imagesModule.operations,
  ...metadefsModule.operations,
  ...cacheModule.operations,
  ...identityModule.operations,
};

/** What is said of the parameters of paths. */
export const pathParameters: Readonly<Record<string, PathParameter>> = {
  ...imagesModule.parameters,
  ...metadefsModule.parameters,
  ...cacheModule.parameters,
  ...identityModule.parameters,
};

/** The schemas that the descriptions refer to. */
export const schemasOf = (settings: Settings): Readonly<Record<string, Schema>> => ({
  ...imagesModule.schemas(settings),
  ...metadefsModule.schemas(),
  ...cacheModule.schemas(),
  ...identityModule.schemas(),
});
