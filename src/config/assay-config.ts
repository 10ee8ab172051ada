import type {
  Audit,
  DataStore,
  DefaultPassword,
  ParamOverrides,
  PostgresConnection,
  ProbeGroup,
  Target,
} from '../model/index.ts';
import type { FollowUpConfig } from './follow-up.ts';
import type { DeclaredRegisters } from './registers.ts';
import type { DeclaredAlternative, DeclaredThirdParty } from './responsibilities.ts';
import { resolveReference } from './secret-reference.ts';

/** What `assay.yaml` says. Paths are as written there. */
export interface AssayConfig extends FollowUpConfig {
  readonly organisation?: string;
  readonly system?: string;
  readonly environment?: string;
  readonly audits: readonly Audit[];
  readonly targets: readonly Target[];
  /** A list of further ones. */
  readonly targetsFile?: string;
  readonly outOfScope: readonly { readonly what: string; readonly why: string }[];
  /** Lists that the organisation keeps of what it has, by kind. */
  readonly registers: DeclaredRegisters;
  /** Groups of controls that are asked for beyond the others. */
  readonly probes: readonly ProbeGroup[];
  /** Ordered by origin: system, tags, targets. */
  readonly params: ParamOverrides['overrides'];
  /** Files of profiles, in the order in which they apply. */
  readonly profiles: readonly string[];
  /** Folders with controls and frameworks of the organisation's own. */
  readonly controlFolders: readonly string[];
  /** The file of the organisation's own controls. */
  readonly ownControls?: string;
  /** Their documents are named by file: whoever reads the configuration reads them for their digests. */
  readonly thirdParties: readonly DeclaredThirdParty[];
  readonly alternatives: readonly DeclaredAlternative[];
}

type Resolve = (path: string) => string;

function resolveTarget(target: Target, resolve: Resolve): Target {
  const { caFile, postgres, proxy, data } = target;
  return {
    ...target,
    ...(caFile === undefined ? {} : { caFile: resolve(caFile) }),
    ...(proxy?.password === undefined
      ? {}
      : { proxy: { ...proxy, password: resolveReference(proxy.password, resolve) } }),
    ...(postgres === undefined ? {} : { postgres: resolvePostgres(postgres, resolve) }),
    ...(data === undefined ? {} : { data: resolveData(data, resolve) }),
  };
}

function resolveData(data: DataStore, resolve: Resolve): DataStore {
  const { testRecords } = data;
  if (testRecords === undefined) return data;
  const exported = testRecords.exported.map((each) => ({ ...each, file: resolve(each.file) }));
  return { ...data, testRecords: { ...testRecords, exported } };
}

function resolvePostgres(postgres: PostgresConnection, resolve: Resolve): PostgresConnection {
  const { password, defaultPasswords, log } = postgres;
  return {
    ...postgres,
    ...(password === undefined ? {} : { password: resolveReference(password, resolve) }),
    ...(defaultPasswords === undefined
      ? {}
      : {
          defaultPasswords: defaultPasswords.map(({ role, passwords }) => ({
            role,
            passwords: passwords.map((one) => resolveDefault(one, resolve)),
          })),
        }),
    ...(log?.folder === undefined ? {} : { log: { ...log, folder: resolve(log.folder) } }),
  };
}

const resolveDefault = (password: DefaultPassword, resolve: Resolve): DefaultPassword =>
  password.kind === 'file' ? { ...password, path: resolve(password.path) } : password;

/** The same configuration with every path (CA files, secret files, folders of logs, exports) put through `resolve`. */
export function resolvePaths(config: AssayConfig, resolve: Resolve): AssayConfig {
  return { ...config, targets: config.targets.map((target) => resolveTarget(target, resolve)) };
}
