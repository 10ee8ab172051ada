import type { SystemKind } from '../model/index.ts';
import type { SubjectCollector } from './collector.ts';

/** Loads what looks at one kind of subject, only when a plan needs it. */
export async function loadCollector(kind: SystemKind): Promise<SubjectCollector> {
  switch (kind) {
    case 'dns-zone':
      return (await import('./dns/index.ts')).dnsCollector as SubjectCollector;
    case 'tls-endpoint':
      return (await import('./tls/index.ts')).tlsCollector as SubjectCollector;
    case 'http-api':
      return (await import('./http/index.ts')).httpCollector as SubjectCollector;
    case 'data-store':
      return (await import('./postgres/data-store.ts')).dataStoreCollector as SubjectCollector;
    case 'log-store':
      return (await import('./postgres/log-store.ts')).logStoreCollector as SubjectCollector;
    case 'postgres-server':
      return (await import('./postgres/index.ts')).postgresCollector as SubjectCollector;
  }
}
