import type { Caller } from "../../../shared/caller.ts";
import { emptyImage, type Image } from "../../../shared/images/domain/image.ts";

export const callerWith = (projectId: string, ...roles: string[]): Caller => ({
  userId: `user-of-${projectId}`,
  userName: "user",
  userDomainId: "default",
  projectId,
  projectName: projectId,
  projectDomainId: "default",
  roles,
  tokenExpiresAt: 4102444800,
});

export const imageWith = (attributes: Partial<Image> = {}): Image => ({
  ...emptyImage,
  id: "c1f2e3d4-0000-4000-8000-000000000001",
  owner: "owners",
  created_at: "2026-01-01T00:00:00.000Z",
  updated_at: "2026-01-01T00:00:00.000Z",
  ...attributes,
});

/** The HTTP status of a refusal; 200 when nothing is thrown. */
export function statusOf(act: () => unknown): number {
  try {
    act();
    return 200;
  } catch (error) {
    return (error as { status: number }).status;
  }
}
