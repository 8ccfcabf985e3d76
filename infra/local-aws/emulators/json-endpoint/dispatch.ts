import type { Faults } from "../../faults.ts";
import type { Call, Judge, Principal } from "../../iam/principal.ts";
import { AwsFailure } from "../aws-failure.ts";
import type { AccessCheck, JsonService } from "../json-service.ts";

export type JsonAnswer = Record<string, unknown>;

/** Does one call for a principal that is known already: permissions, crash points, the service, the call log. */
export type Dispatch = (
  principal: Principal,
  service: JsonService,
  operation: string,
  input: Record<string, unknown>,
  trace?: string,
) => Promise<JsonAnswer>;

export interface DispatchOptions {
  readonly judge: Judge;
  readonly faultsOf: (service: JsonService) => Faults;
  readonly onCall: (call: Call) => void;
  /** Capacity units of a call by its input object, for services that count them. */
  readonly unitsOf?: (input: object) => Pick<Call, "readUnits" | "writeUnits"> | undefined;
}

export function createDispatch({ judge, faultsOf, onCall, unitsOf }: DispatchOptions): Dispatch {
  return async (principal, service, operation, input, trace) => {
    const startedAt = performance.now();
    let checks: readonly AccessCheck[] = [];
    const log = (failure?: AwsFailure) =>
      onCall({
        at: new Date().toISOString(),
        principal: principal.name,
        service: service.signingName,
        operation,
        actions: [...new Set(checks.map(({ action }) => action))],
        status: failure?.status ?? 200,
        ...(failure && { error: failure.code }),
        milliseconds: Math.round((performance.now() - startedAt) * 10) / 10,
        ...unitsOf?.(input),
      });
    try {
      checks = service.accessOf(operation, input);
      refuseForbidden(judge, principal, checks);
      const faults = faultsOf(service);
      faults.crashPoint(operation, "before");
      const answer = await service.handle(operation, input, trace);
      faults.crashPoint(operation, "after");
      log();
      return answer;
    } catch (error) {
      log(error instanceof AwsFailure ? error : new AwsFailure("InternalFailure", "", 500));
      throw error;
    }
  };
}

// The emulators stand where AWS's TLS ends, so policies that demand TLS are met.
const transport = { "aws:SecureTransport": ["true"] };

function refuseForbidden(judge: Judge, principal: Principal, checks: readonly AccessCheck[]): void {
  const refused = checks.find(
    ({ action, resource, context }) =>
      !judge.allows(principal, action, resource, { ...transport, ...context }),
  );
  if (!refused) return;
  throw new AwsFailure(
    "AccessDeniedException",
    `User: ${principal.arn} is not authorized to perform: ${refused.action} on resource: ${refused.resource} ` +
      "because no identity-based policy allows the action, or a policy denies it",
  );
}
