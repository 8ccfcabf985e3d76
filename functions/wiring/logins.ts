import { documentClient } from "../../shared/aws/document-client.ts";
import { systemClock as clock } from "../../shared/clock.ts";
import { environment } from "../../shared/environment.ts";
import type { Logins } from "../../shared/http/logins.ts";
import { dynamodbUserEpochs } from "../../shared/identity/adapters/dynamodb/identity-epochs.ts";
import { revocableLogins } from "../../shared/identity/adapters/jwt/revocable-logins.ts";
import type { Settings } from "../../shared/settings.ts";

/** What tells of logins that were revoked; of another service's nobody tells, and they name no epoch. */
export const logins = ({ token_cache_time }: Settings): Logins =>
  revocableLogins({
    epochs: dynamodbUserEpochs({ client: documentClient(), tableName: environment("tableName") }),
    cacheSeconds: token_cache_time,
    clock,
  });
