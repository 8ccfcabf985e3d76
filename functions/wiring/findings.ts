import { documentClient } from "../../shared/adapters/dynamodb/document-client.ts";
import { dynamodbFindings } from "../../shared/adapters/dynamodb/findings.ts";
import { environment } from "../../shared/environment.ts";
import type { Findings } from "../../shared/ports/findings.ts";
import type { Settings } from "../../shared/settings.ts";

export const findings = ({ disabled_notifications }: Settings): Findings =>
  dynamodbFindings(documentClient(), environment("tableName"), disabled_notifications);
