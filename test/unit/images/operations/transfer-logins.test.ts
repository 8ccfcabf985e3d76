import { expect, it } from "vitest";
import { Forbidden } from "../../../../shared/errors.ts";
import { revocableLogins } from "../../../../shared/identity/adapters/jwt/revocable-logins.ts";
import { abortTransfer } from "../../../../shared/images/operations/transfers/abort-transfer.ts";
import { completeTransfer } from "../../../../shared/images/operations/transfers/complete-transfer.ts";
import { openTransfer } from "../../../../shared/images/operations/transfers/open-transfer.ts";
import { showTransfer } from "../../../../shared/images/operations/transfers/show-transfer.ts";
import { signParts } from "../../../../shared/images/operations/transfers/sign-parts.ts";
import type { TransferAccess } from "../../../../shared/images/operations/transfers/transfer-access.ts";
import { demo, memoryService } from "../../../fakes/images/service.ts";

/** A transfer that was opened with this login, and what can be done with it. */
async function opened(caller = { ...demo, epoch: 3 }) {
  const service = memoryService();
  let now = 0;
  let epoch = 3;
  const logins = revocableLogins({
    epochs: { revocationsOf: async () => ({ epoch, tokenIds: new Set<string>() }) },
    cacheSeconds: 60,
    clock: () => new Date(now),
  });
  const ports = { ...service.ports, logins };
  const { id: imageId } = await service.queuedImage();
  const wanted = { size: 10, leaseSeconds: 600, stage: false, multipart: true };
  const { transfer, token } = await openTransfer(ports)(caller, imageId, wanted);
  const ref = { imageId, transferId: transfer.id };
  const uses = (access: TransferAccess): readonly (() => Promise<unknown>)[] => [
    () => signParts(ports)(access, ref, [{ number: 1, size: 10 }]),
    () => showTransfer(ports)(access, ref, undefined),
    () => completeTransfer(ports)(access, ref, { size: 10 }),
    () => abortTransfer(ports)(access, ref, { broken: false }),
  ];
  return {
    transfer,
    byToken: uses({ caller: undefined, token }),
    byLogin: uses({ caller: { ...demo, epoch: 4 }, token: undefined }),
    revoke: () => {
      epoch += 1;
    },
    pass: (seconds: number) => {
      now += seconds * 1000;
    },
  };
}

it("its token is good for nothing when the login was revoked, within the time that is remembered", async () => {
  const { byToken, byLogin, revoke, pass, transfer } = await opened();
  expect(transfer.begun_by).toEqual({ user_id: "demo", project_id: "demo-project", epoch: 3 });
  const [sign] = byToken;
  await sign?.();
  revoke();
  await sign?.();
  pass(60);
  for (const use of byToken) await expect(use()).rejects.toThrow(Forbidden);
  // As the refusal says: with a login of now it goes on.
  await byLogin[0]?.();
});

it("where nobody can tell of revocations, its own lease bounds it", async () => {
  const { byToken, revoke, pass } = await opened({ ...demo, epoch: undefined as never });
  revoke();
  pass(60);
  await byToken[0]?.();
});
