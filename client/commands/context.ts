import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { rootCertificates } from "node:tls";
import { API_IDLE_MS, apiRetry } from "../limits.ts";
import { type CloudSettings, ConfigurationError } from "../openstack/cloud-settings.ts";
import { type IdentityService, identityService } from "../openstack/identity-service.ts";
import { type ImageService, imageService } from "../openstack/image-service.ts";
import { readCloud } from "../openstack/read-cloud.ts";
import { openSession } from "../openstack/session.ts";
import { Progress } from "../terminal/progress.ts";
import { repeatNotes } from "../terminal/repeat-notes.ts";
import { type Connections, createConnections, type TlsOptions } from "../transfer/connections.ts";
import { createTransferApi, type TransferApi } from "../transfer/transfer-api.ts";
import { defaultStateFolder, StateFolder } from "../upload/state-folder.ts";
import { logged } from "./logged-connections.ts";

export interface GlobalOptions {
  readonly osCloud?: string;
  readonly osRegionName?: string;
  readonly osInterface?: string;
  readonly osImageEndpoint?: string;
  readonly insecure?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
  readonly state?: string;
}

/** What every command works with. */
export interface Context {
  readonly options: GlobalOptions;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly state: StateFolder;
  /** To S3: never given a token, never told the cloud's private certificates. */
  readonly storage: Connections;
  /** Logs in, once. */
  service(): Promise<ImageService>;
  /** Who may use the service: the identity service that the login came from. */
  identity(): Promise<IdentityService>;
  /** The transfer calls at an endpoint; they need no login but for `open`. */
  transfers(endpoint: string): Promise<TransferApi>;
  /** Who works where, as a digest: equal for equal logins, and nothing can be read from it. */
  whose(): Promise<string>;
  /** A line for people. */
  note(line: string): void;
  progress(label: string, total: number | undefined): Progress;
}

async function tlsOf({ cacert, verify }: CloudSettings): Promise<TlsOptions> {
  if (cacert === undefined) return { rejectUnauthorized: verify };
  const own = await readFile(cacert, "utf8").catch((error: unknown) => {
    throw new ConfigurationError(`the certificate file ${cacert} cannot be read`, { cause: error });
  });
  return { rejectUnauthorized: verify, ca: [...rootCertificates, own] };
}

export function createContext(options: GlobalOptions, signal: AbortSignal): Context {
  let shown: Progress | undefined;
  const note = (line: string) => {
    shown?.clear();
    process.stderr.write(
      options.json ? `${JSON.stringify({ note: line.replace(/^note: /, "") })}\n` : `${line}\n`,
    );
  };
  const debug = options.debug ? note : undefined;
  const onRepeat = repeatNotes(note);
  const home = homedir();
  const surroundings = { environment: process.env, cwd: process.cwd(), home };
  const cloud = () =>
    readCloud(
      {
        cloud: options.osCloud,
        region: options.osRegionName,
        interface: options.osInterface,
        imageEndpoint: options.osImageEndpoint,
        insecure: options.insecure,
      },
      surroundings,
    );
  let api: Promise<Connections> | undefined;
  const apiConnections = () => {
    // A ticket needs no cloud, but where one is configured its certificates count for it, too.
    api ??= cloud()
      .then(tlsOf, (error: unknown) => {
        if (error instanceof ConfigurationError) return { rejectUnauthorized: !options.insecure };
        throw error;
      })
      .then((tls) => logged(createConnections(tls, { onRepeat }), debug, "path"));
    return api;
  };
  let service: Promise<ImageService> | undefined;
  const open = () => {
    service ??= (async () => {
      const settings = await cloud();
      const connections = await apiConnections();
      return imageService(await openSession(settings, connections, signal), connections, signal);
    })();
    return service;
  };
  return {
    options,
    signal,
    state: new StateFolder(options.state ?? defaultStateFolder(process.env, home)),
    storage: logged(createConnections({}, { onRepeat }), debug, "host"),
    note,
    service: open,
    identity: async () => {
      const { auth, source } = await cloud();
      if (auth.auth_url === undefined) throw new ConfigurationError(`${source}: auth_url is missing`);
      const { session } = await open();
      return identityService(session, auth.auth_url, await apiConnections(), signal);
    },
    whose: async () => {
      const { auth, region, imageEndpoint, kind } = await cloud();
      const known = Object.entries({ ...auth, region, imageEndpoint, kind }).filter(
        // A login stays the same with another password; a fixed token is all that is known of its user.
        ([name]) => !/password|secret/.test(name) && (name !== "token" || auth.username === undefined),
      );
      return createHash("sha256").update(JSON.stringify(known.sort())).digest("hex");
    },
    transfers: async (endpoint) =>
      createTransferApi({
        endpoint,
        connections: await apiConnections(),
        retry: apiRetry,
        idleMs: API_IDLE_MS,
        headers: { accept: "application/json" },
      }),
    progress: (label, total) => {
      const form = options.quiet ? "none" : options.json ? "json" : "people";
      shown = new Progress({ label, total, form, stream: process.stderr });
      return shown;
    },
  };
}
