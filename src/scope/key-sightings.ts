import { byCodeUnit, type Json } from '../model/index.ts';

/** A public key, and where it was presented. */
export interface MetKey {
  readonly spkiSha256: string;
  readonly keyType: string;
  /** Of an RSA key, hexadecimal. */
  readonly modulus?: string;
  /** Names and addresses that its presenters were asked for under. */
  readonly hosts: readonly string[];
  /** Ids of subjects. */
  readonly endpoints: readonly string[];
}

/** Gathers the keys of many endpoints; order of arrival does not matter. */
export interface KeySightings {
  /** @param value the fact `tls.keys` of an endpoint */
  note(endpoint: string, value: Json): void;
  /** By digest. */
  list(): readonly MetKey[];
}

interface Row {
  readonly spkiSha256: string;
  readonly keyType: string;
  readonly modulus?: string;
  readonly host: string;
}

export function keySightings(): KeySightings {
  const keys = new Map<string, { row: Row; hosts: Set<string>; endpoints: Set<string> }>();
  return {
    note: (endpoint, value) => {
      for (const row of (value as unknown as { readonly certificates: readonly Row[] }).certificates) {
        const met = keys.get(row.spkiSha256) ?? { row, hosts: new Set(), endpoints: new Set() };
        keys.set(row.spkiSha256, met);
        met.hosts.add(row.host);
        met.endpoints.add(endpoint);
      }
    },
    list: () =>
      [...keys]
        .sort(([a], [b]) => byCodeUnit(a, b))
        .map(([spkiSha256, { row, hosts, endpoints }]) => ({
          spkiSha256,
          keyType: row.keyType,
          ...(row.modulus === undefined ? {} : { modulus: row.modulus }),
          hosts: [...hosts].sort(),
          endpoints: [...endpoints].sort(),
        })),
  };
}
