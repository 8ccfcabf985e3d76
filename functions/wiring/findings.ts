import { documentClient } from "../../shared/aws/document-client.ts";
import { environment } from "../../shared/environment.ts";
import { dynamodbFindings } from "../../shared/images/adapters/dynamodb/findings.ts";
import type { Findings } from "../../shared/images/ports/findings.ts";
import type { Settings } from "../../shared/settings.ts";

export const findings = ({ disabled_notifications }: Settings): Findings =>
  dynamodbFindings(documentClient(), environment("tableName"), disabled_notifications);
