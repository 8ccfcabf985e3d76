import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Heartbeat, Heartbeats } from "../../ports/heartbeats.ts";

/** Not the form of an image's key, so that nothing takes it for an image's bytes. */
const Key = "upkeep/heartbeat";

const isNamed = (error: unknown, ...names: string[]): boolean =>
  error instanceof Error && names.includes(error.name);

function heartbeatOf(text: string): Heartbeat {
  try {
    const { table, beat } = JSON.parse(text) as Partial<Heartbeat>;
    if (typeof table === "string" && typeof beat === "number") return { table, beat };
  } catch {
    // Said below, as of any other thing that is no heartbeat.
  }
  return { table: "", beat: 0 };
}

/** The bucket's heartbeat: one small object, written on condition of its ETag. */
export const bucketHeartbeats = (client: S3Client, Bucket: string): Heartbeats => ({
  find: async () => {
    try {
      const answer = await client.send(new GetObjectCommand({ Bucket, Key }));
      const heartbeat = heartbeatOf((await answer.Body?.transformToString()) ?? "");
      return { ...heartbeat, version: answer.ETag ?? "" };
    } catch (error) {
      if (isNamed(error, "NoSuchKey")) return undefined;
      throw error;
    }
  },

  replace: async (seen, { table, beat }) => {
    const condition = seen ? { IfMatch: seen.version } : { IfNoneMatch: "*" };
    const Body = JSON.stringify({ table, beat });
    try {
      await client.send(
        new PutObjectCommand({ Bucket, Key, Body, ContentType: "application/json", ...condition }),
      );
      return true;
    } catch (error) {
      // 404: the object that was seen is gone; 409: another write of it is under way.
      if (isNamed(error, "PreconditionFailed", "NoSuchKey", "ConditionalRequestConflict")) return false;
      throw error;
    }
  },
});
