import type { Audit, ParamOverrides, SecretReference, Target } from '../model/index.ts';

/** What `assay.yaml` says. Paths are as written there. */
export interface AssayConfig {
  readonly organisation?: string;
  readonly system?: string;
  readonly environment?: string;
  readonly audits: readonly Audit[];
  readonly targets: readonly Target[];
  readonly outOfScope: readonly { readonly what: string; readonly why: string }[];
  /** Ordered by origin: system, tags, targets. */
  readonly params: ParamOverrides['overrides'];
}

type Resolve = (path: string) => string;

function resolveSecret(secret: SecretReference, resolve: Resolve): SecretReference {
  return secret.kind === 'file' ? { kind: 'file', path: resolve(secret.path) } : secret;
}

function resolveTarget(target: Target, resolve: Resolve): Target {
  const { caFile, postgres } = target;
  const password = postgres?.password;
  return {
    ...target,
    ...(caFile === undefined ? {} : { caFile: resolve(caFile) }),
    ...(postgres === undefined || password === undefined
      ? {}
      : { postgres: { ...postgres, password: resolveSecret(password, resolve) } }),
  };
}

/** The same configuration with every path (CA files, secret files) put through `resolve`. */
export function resolvePaths(config: AssayConfig, resolve: Resolve): AssayConfig {
  return { ...config, targets: config.targets.map((target) => resolveTarget(target, resolve)) };
}
