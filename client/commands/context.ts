import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { API_IDLE_MS, apiRetry } from "../limits.ts";
import { apiCaller } from "../openstack/api-caller.ts";
import { type CloudSettings, ConfigurationError } from "../openstack/cloud-settings.ts";
import type { ConfigSources } from "../openstack/config-files.ts";
import { findProject } from "../openstack/find-project.ts";
import { type IdentityService, identityService } from "../openstack/identity-service.ts";
import { type ImageService, imageService } from "../openstack/image-service.ts";
import { readCloud } from "../openstack/read-cloud.ts";
import { openSession } from "../openstack/session.ts";
import { cloudTls, storageTls, usualTls } from "../openstack/tls-settings.ts";
import { Progress } from "../terminal/progress.ts";
import { repeatNotes } from "../terminal/repeat-notes.ts";
import { type Connections, createConnections, type TlsOptions } from "../transfer/connections.ts";
import { proxyFor } from "../transfer/proxy-choice.ts";
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
  /** A project's id, by name where the caller may look it up. Throws ProjectNotFound. */
  project(nameOrId: string): Promise<string>;
  /** The transfer calls at an endpoint; they need no login but for `open`. */
  transfers(endpoint: string): Promise<TransferApi>;
  /** Who works where, as a digest: equal for equal logins, and nothing can be read from it. */
  whose(): Promise<string>;
  /** A line for people. */
  note(line: string): void;
  progress(label: string, total: number | undefined): Progress;
}

/** This process's own. */
export const ownConfigSources = (): ConfigSources => ({
  environment: process.env,
  cwd: process.cwd(),
  home: homedir(),
});

export function createContext(
  options: GlobalOptions,
  signal: AbortSignal,
  where: ConfigSources = ownConfigSources(),
): Context {
  let shown: Progress | undefined;
  const note = (line: string) => {
    shown?.clear();
    process.stderr.write(
      options.json ? `${JSON.stringify({ note: line.replace(/^note: /, "") })}\n` : `${line}\n`,
    );
  };
  const debug = options.debug ? note : undefined;
  const onRepeat = repeatNotes(note);
  const throughProxy = (url: URL) => proxyFor(url, where.environment);
  const connectionsWith = (tls: () => TlsOptions, shown: "path" | "host") =>
    logged(createConnections({ tls, proxyFor: throughProxy, onRepeat }), debug, shown);
  let read: Promise<CloudSettings> | undefined;
  // Once: what it warns of is told once.
  const cloud = () => {
    read ??= readCloud(
      {
        cloud: options.osCloud,
        region: options.osRegionName,
        interface: options.osInterface,
        imageEndpoint: options.osImageEndpoint,
        insecure: options.insecure,
      },
      { ...where, warn: note },
    );
    return read;
  };
  let api: Promise<Connections> | undefined;
  const apiConnections = () => {
    // A ticket needs no cloud, but where one is configured its certificates count for it, too.
    api ??= cloud()
      .then(
        (settings) => settings.tls,
        (error: unknown) => {
          if (error instanceof ConfigurationError) return { ...usualTls, verify: !options.insecure };
          throw error;
        },
      )
      .then((tls) => connectionsWith(() => cloudTls(tls, where.environment), "path"));
    return api;
  };
  let service: Promise<ImageService> | undefined;
  const open = () => {
    service ??= (async () => {
      const settings = await cloud();
      const connections = await apiConnections();
      const session = await openSession(settings, connections, signal);
      return imageService(session, connections, signal, (warning) =>
        note(`note: against the metadata definitions: ${warning}`),
      );
    })();
    return service;
  };
  return {
    options,
    signal,
    state: new StateFolder(options.state ?? defaultStateFolder(where.environment, where.home)),
    storage: connectionsWith(() => storageTls(where.environment), "host"),
    note,
    service: open,
    identity: async () => {
      const { session } = await open();
      if (session.identity === undefined)
        throw new ConfigurationError("auth_url is missing: there is no login");
      return identityService(session, session.identity, await apiConnections(), signal);
    },
    project: async (nameOrId) => {
      const { session } = await open();
      const { identity } = session;
      const call = identity && apiCaller(session, identity, await apiConnections(), signal);
      return findProject(call || undefined, nameOrId);
    },
    whose: async () => {
      const { auth, region, imageEndpoint, authType } = await cloud();
      const known = Object.entries({ ...auth, region, imageEndpoint, authType }).filter(
        // A login stays the same with another password; a fixed token is all that is known of its user.
        ([name]) =>
          !/password|passcode|secret/.test(name) && (name !== "token" || auth.username === undefined),
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
