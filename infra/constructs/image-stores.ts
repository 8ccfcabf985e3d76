import { Aws } from "aws-cdk-lib";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { storeResourcesText } from "../../shared/settings/stores/store-resources.ts";
import {
  FIRST_BUCKETS_STORE,
  hasMadeBucket,
  type S3StoreSetting,
  type SwiftStoreSetting,
  servesClients,
  storesOfType,
} from "../../shared/settings/stores/store-setting.ts";
import type { Settings } from "../../shared/settings.ts";
import type { BucketAccess } from "./access-policy.ts";
import type { MountedFolder } from "./folder-mount.ts";
import { imageBucket } from "./image-bucket.ts";
import { storeSecret } from "./operators-secret.ts";

/** A bucket of AWS that a store has. */
export interface StoreBucket extends BucketAccess {
  /** Absent where it was there before. */
  readonly made?: Bucket;
}

/** What the stores of the settings need: buckets, and secrets with the keys of other hosts. */
export class ImageStores extends Construct {
  /** The first bucket first. */
  readonly buckets: readonly StoreBucket[];
  readonly first: StoreBucket;
  /** ARNs: keys of other hosts. */
  readonly secrets: readonly string[];
  /** Of these, by which other hosts' places are looked through that are this service's own. */
  readonly ownPlacesSecrets: readonly string[];
  /** And those of stores that serve no clients. */
  readonly unservedSecrets: readonly string[];
  /** The folder that functions have mounted; absent where there is none. */
  readonly folder?: MountedFolder;
  /** What was made, for the functions (shared/settings/stores/store-resources.ts); empty without stores. */
  readonly made: string;

  constructor(scope: Construct, id: string, first: Bucket, settings: Settings) {
    super(scope, id);
    const all = settings.enabled_backends;
    const stores = storesOfType(all, "s3");
    const made = new Map<string, string>();
    const bucketOf = (store: S3StoreSetting): StoreBucket => {
      const takesImages = !store.readOnly;
      if (!hasMadeBucket(store)) {
        const arn = `arn:${Aws.PARTITION}:s3:::${store.bucket}`;
        return { arn, isOwn: false, takesImages };
      }
      const bucket = imageBucket(this, store.id, settings);
      made.set(store.id, bucket.bucketName);
      return { arn: bucket.bucketArn, isOwn: true, takesImages, made: bucket };
    };
    const secretOf = (store: S3StoreSetting | SwiftStoreSetting): string => {
      if (store.secret !== undefined) return store.secret;
      const { secretArn } = storeSecret(this, store);
      made.set(store.id, secretArn);
      return secretArn;
    };
    const ofFirst = stores.find((store) => store.id === FIRST_BUCKETS_STORE);
    const folders = storesOfType(all, "file");
    const folder = folders.find((one): one is MountedFolder => one.mount !== undefined);
    if (folder) this.folder = folder;
    // Not named beside others, it keeps and serves what it has. What is to come into a folder comes there first.
    const isOnTheWay = folders.some(({ readOnly }) => !readOnly);
    const isNamed = ofFirst !== undefined && !ofFirst.readOnly;
    const firstTakesImages = all.length === 0 || isNamed || isOnTheWay;
    const others = stores.filter((store) => store !== ofFirst);
    this.first = { arn: first.bucketArn, isOwn: true, takesImages: firstTakesImages, made: first };
    this.buckets = [this.first, ...others.filter(({ host }) => host === undefined).map(bucketOf)];
    const ofHosts = others.filter(({ host }) => host !== undefined).map(secretOf);
    const inSwift = storesOfType(all, "swift").map((store) => ({ store, secret: secretOf(store) }));
    this.ownPlacesSecrets = inSwift.map(({ secret }) => secret);
    const unserved = inSwift.filter(({ store }) => !servesClients(store));
    this.unservedSecrets = unserved.map(({ secret }) => secret);
    // Several stores may be reached by one.
    this.secrets = [...new Set([...ofHosts, ...this.ownPlacesSecrets])];
    this.made = storeResourcesText(made);
  }
}
