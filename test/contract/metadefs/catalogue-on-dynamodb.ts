import type { AccessCheck } from "../../../infra/local-aws/emulators/json-service.ts";
import { temporaryDynamodb } from "../../../infra/local-aws/test/dynamodb/temporary-dynamodb.ts";
import type { Clock } from "../../../shared/clock.ts";
import { dynamodbNamespaceStore } from "../../../shared/metadefs/adapters/dynamodb/namespace-store.ts";
import { dynamodbOutbox } from "../../../shared/notifications/adapters/dynamodb/outbox.ts";
import { sdkOn } from "../../fakes/documents-on-emulator.ts";

/**
 * The catalogue in an empty table; `rate` of the calls fail, or their answers get lost. `onAccess` is told which
 * permissions each call needs.
 */
export async function catalogueOnDynamodb(
  rate: number,
  clock?: Clock,
  onAccess: (checks: readonly AccessCheck[]) => void = () => undefined,
) {
  const service = await temporaryDynamodb({ faults: { seed: 7, rate } });
  const accessOf = service.accessOf.bind(service);
  service.accessOf = (...call) => {
    const checks = accessOf(...call);
    onAccess(checks);
    return checks;
  };
  const { documents } = await sdkOn(service, 6);
  return {
    store: dynamodbNamespaceStore(documents, "images", clock),
    outbox: dynamodbOutbox(documents, "images", clock),
    documents,
  };
}
