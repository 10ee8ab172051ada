import type { Completeness } from '../model/index.ts';
import { isPlainRefusal, whyOpen } from './elimination.ts';
import { type Enumeration, probeEnumeration } from './enumeration.ts';
import { type Dialogue, inParallel, type Probing } from './exchange.ts';
import { unseenVersions } from './extensions-inquiry.ts';
import type { Compression } from './facts/compression.ts';
import type { Versions } from './facts/versions.ts';
import { helloDialogue, type Look } from './look.ts';
import { draftHello, type HelloOptions } from './offers.ts';
import { protocolVersions, type RecordVersion } from './registry.ts';
import type { VersionSuites } from './suite-probing.ts';

/** IANA "TLS Compression Method Identifiers". */
const methods: ReadonlyMap<number, string> = new Map([
  [0, 'null'],
  [1, 'DEFLATE'],
  [64, 'LZS'],
]);

export interface CompressionSeen {
  readonly enumeration: Enumeration;
  readonly looks: readonly { readonly version: RecordVersion; readonly look: Look }[];
}

/** Every version was offered compression before none when its order was asked; where that was refused, apart. */
export function* probeCompression(versions: Versions, options: HelloOptions): Probing<CompressionSeen> {
  const enumeration = yield* probeEnumeration(versions, options);
  const accepting = enumeration.clear.filter(({ found }) => found.length > 0);
  const seen = accepting.flatMap(({ version, order }) =>
    order === undefined || methodOf(version, order) === undefined ? [] : [{ version, look: order }],
  );
  const left = accepting.filter(({ version }) => !seen.some((each) => each.version === version));
  const looks = yield* inParallel(left.map((each) => askAlone(each, options)));
  const alone = left.flatMap(({ version }, index) => {
    const look = looks[index];
    return look === undefined ? [] : [{ version, look }];
  });
  return { enumeration, looks: [...seen, ...alone] };
}

function askAlone({ version, found }: VersionSuites, options: HelloOptions): Dialogue<Look> {
  const label = `${version} with compression`;
  const draft = { suites: found.map(({ item }) => item), compressions: [1, 64, 0] };
  return helloDialogue(version, label, draftHello(version, options, { label }, draft));
}

/** The fact `tls.compression`. */
export function compressionValue({ looks }: CompressionSeen): Compression {
  return {
    versions: looks.flatMap(({ version, look }) => {
      const method = methodOf(version, look);
      return method === undefined ? [] : [{ version, method }];
    }),
  };
}

function methodOf(version: RecordVersion, { offer, hello }: Look): string | undefined {
  if (hello === undefined || hello.version !== protocolVersions[version]) return undefined;
  if (!offer.suites.includes(hello.suite)) return undefined;
  return methods.get(hello.compression) ?? `0x${hello.compression.toString(16).padStart(2, '0')}`;
}

/** Versions of which the method is not known, and why. */
export function missingCompression({ enumeration, looks }: CompressionSeen): Completeness['missing'] {
  const open = looks.filter(({ version, look }) => methodOf(version, look) === undefined);
  return [
    ...unseenVersions(enumeration),
    ...open.map(({ version, look }) => ({
      what: version,
      why: isPlainRefusal(look) ? 'refused the hello that offered compression' : whyOpen(look),
    })),
  ];
}
