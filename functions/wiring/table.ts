import { documentClient } from "../../shared/aws/document-client.ts";
import { environment } from "../../shared/environment.ts";

/** The one table, as adapters take it: the client and the name. */
export const table = () => [documentClient(), environment("tableName")] as const;
