import { at, type issue, issueCa, issueLeaf, keyPair, type Party, party } from './authority.ts';

/** A chain as a server could send it, with what must be said of it. */
export interface PathCase {
  readonly name: string;
  readonly leaf: Uint8Array;
  readonly sent: readonly Uint8Array[];
  readonly anchors: readonly Uint8Array[];
  readonly at: Date;
  /** Undefined: trusted; else what the reason must contain. */
  readonly because?: RegExp;
  /** For a server in particular: asks `openssl verify` with that purpose. */
  readonly purpose?: 'sslserver';
  /** OpenSSL follows the first issuer found and does not come back for another. */
  readonly needsBacktracking?: true;
}

const root = party('Root');
const middle = party('Intermediate');
const server = party('host.test');
const rootCertificate = issueCa(root, root);
const middleCertificate = issueCa(middle, root);
const leaf = issueLeaf(server, middle);
const otherRoot = party('Other root');
const past = { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2021-01-01T00:00:00Z') };
const future = { notBefore: new Date('2040-01-01T00:00:00Z'), notAfter: new Date('2060-01-01T00:00:00Z') };

type Fields = Partial<Omit<PathCase, 'name'>>;

function pathCase(name: string, fields: Fields): PathCase {
  return { name, leaf, sent: [middleCertificate], anchors: [rootCertificate], at, ...fields };
}

/** A leaf under an intermediate made with these particulars. */
function under(ca: Parameters<typeof issue>[2], ownLeaf: Parameters<typeof issue>[2] = {}): Fields {
  return { sent: [issueCa(middle, root, ca)], leaf: issueLeaf(server, middle, ownLeaf) };
}

/** A chain of so many intermediates, leaf first. */
function long(count: number, ca: (index: number) => Parameters<typeof issue>[2] = () => ({})): Fields {
  const parties = Array.from({ length: count }, (_, index) => party(`Level ${index}`));
  const issuerOf = (index: number): Party => parties[index - 1] ?? root;
  const sent = parties.map((one, index) => issueCa(one, issuerOf(index), ca(index))).reverse();
  return { sent, leaf: issueLeaf(server, issuerOf(count)) };
}

function loop(): Fields {
  const [a, b] = [party('A'), party('B')];
  return {
    sent: [issueCa(a, b), issueCa(b, a)],
    leaf: issueLeaf(server, a),
    because: /no certificate of CN=[AB]/,
  };
}

/** An intermediate of the right name, whose key did not sign. */
function impostor(): Fields {
  return { sent: [issueCa({ ...middle, ...keyPair() }, root)], because: /not made by the key of/ };
}

function altered(): Fields {
  const bytes = Uint8Array.from(leaf);
  bytes[bytes.length - 5] = (bytes[bytes.length - 5] ?? 0) ^ 1;
  return { leaf: bytes, because: /not made by the key of/ };
}

function crossSigned(): Fields {
  // The first path by name leads to a root that is not trusted; the second does.
  return {
    sent: [issueCa(middle, otherRoot), issueCa(otherRoot, otherRoot), middleCertificate],
    needsBacktracking: true,
  };
}

const selfSigned = issueLeaf(server, server);
const dns = (permitted: string[], excluded: string[] = []) => ({
  nameConstraints: { permitted: { dns: permitted }, excluded: { dns: excluded } },
});
const ip = (permitted: string[], excluded: string[] = []) => ({
  nameConstraints: { permitted: { ip: permitted }, excluded: { ip: excluded } },
});
const unknownCritical = {
  extensions: [{ oid: '1.3.6.1.4.1.99999.1', critical: true, value: Uint8Array.of(5, 0) }],
};
const unknownHarmless = {
  extensions: [{ oid: '1.3.6.1.4.1.99999.1', critical: false, value: Uint8Array.of(5, 0) }],
};

const signatures: readonly PathCase[] = (['rsa', 'rsa-pss', 'ec', 'ec-384', 'ed25519'] as const).map(
  (kind) => {
    const [ca, subject] = [party(`CA ${kind}`, kind), party('host.test', kind)];
    return pathCase(`signed with ${kind}`, {
      leaf: issueLeaf(subject, ca),
      sent: [issueCa(ca, root)],
    });
  },
);
const digests: readonly PathCase[] = (['md5', 'sha1', 'sha384', 'sha512'] as const).map((digest) => {
  const ca = party('CA rsa', 'rsa');
  return pathCase(`signed over ${digest}`, {
    leaf: issueLeaf(server, ca, { digest }),
    sent: [issueCa(ca, root)],
  });
});

export const pathCases: readonly PathCase[] = [
  pathCase('a plain chain', {}),
  ...signatures,
  ...digests,
  pathCase('the root sent as well', { sent: [middleCertificate, rootCertificate] }),
  pathCase('an unrelated certificate sent as well', {
    sent: [issueCa(otherRoot, otherRoot), middleCertificate],
  }),
  pathCase('the leaf and the intermediate sent twice', {
    sent: [leaf, middleCertificate, middleCertificate],
  }),
  pathCase('a wrong order', reversed(long(3))),
  pathCase('six intermediates', long(6)),
  pathCase('issued by the root', { leaf: issueLeaf(server, root), sent: [] }),
  pathCase('incomplete', {
    sent: [],
    because: /no certificate of CN=Intermediate,O=Assay Tests, the issuer of/,
  }),
  pathCase('an unknown root', { anchors: [issueCa(otherRoot, otherRoot)], because: /CN=Root,O=Assay Tests/ }),
  pathCase('an unknown root that is sent', {
    sent: [middleCertificate, rootCertificate],
    anchors: [issueCa(otherRoot, otherRoot)],
    because: /CN=Root,O=Assay Tests is self-signed and not among the trusted roots/,
  }),
  pathCase('self-signed', { leaf: selfSigned, sent: [], because: /self-signed and not among/ }),
  pathCase('self-signed, itself trusted', { leaf: selfSigned, sent: [], anchors: [selfSigned] }),
  pathCase('self-signed, trusted and expired', expiredAnchor()),
  pathCase('an intermediate as the anchor', { sent: [], anchors: [middleCertificate] }),
  pathCase('a root of the same name and another key', {
    anchors: [issueCa({ ...root, ...keyPair() }, { ...root, ...keyPair() })],
    because: /not made by the key of/,
  }),
  pathCase('cross-signed', crossSigned()),
  pathCase('a loop', loop()),
  pathCase('an impostor', impostor()),
  pathCase('altered', altered()),
  pathCase('expired leaf', {
    leaf: issueLeaf(server, middle, past),
    because: /CN=host.test.* expired at 2021-01-01/,
  }),
  pathCase('leaf not yet valid', {
    leaf: issueLeaf(server, middle, future),
    because: /not valid before 2040/,
  }),
  pathCase('leaf valid in 2055 (GeneralizedTime)', {
    ...under(future, future),
    anchors: [issueCa(root, root, future)],
    at: new Date('2055-01-01T00:00:00Z'),
  }),
  pathCase('expired intermediate', { ...under(past), because: /CN=Intermediate.* expired/ }),
  pathCase('expired root', { anchors: [issueCa(root, root, past)], because: /CN=Root.* expired/ }),
  pathCase('an intermediate that is no CA', { ...under({ ca: false }), because: /not a CA/ }),
  pathCase('an intermediate without keyCertSign', {
    ...under({ keyUsage: ['digitalSignature'] }),
    because: /no keyCertSign/,
  }),
  pathCase(
    'path length respected',
    long(2, (index) => ({ pathLength: 1 - index })),
  ),
  pathCase('path length exceeded', { ...long(2, () => ({ pathLength: 0 })), because: /path length of 0/ }),
  pathCase('unknown critical extension in the leaf', {
    leaf: issueLeaf(server, middle, unknownCritical),
    because: /critical extension 1\.3\.6\.1\.4\.1\.99999\.1/,
  }),
  pathCase('unknown critical extension in the CA', {
    ...under(unknownCritical),
    because: /critical extension/,
  }),
  pathCase('unknown extension, not critical', under(unknownHarmless, unknownHarmless)),
  pathCase('dns constraint respected', under(dns(['test']))),
  pathCase('dns constraint for the very name', under(dns(['host.test']))),
  pathCase('dns constraint violated', { ...under(dns(['example.com'])), because: /forbid "host\.test"/ }),
  pathCase('dns constraint of half a label', { ...under(dns(['ost.test'])), because: /forbid "host\.test"/ }),
  pathCase('dns exclusion violated', { ...under(dns([], ['host.test'])), because: /forbid "host\.test"/ }),
  pathCase('dns exclusion respected', under(dns([], ['other.test']))),
  pathCase('dns constraint, a second name outside', {
    ...under(dns(['host.test']), { dnsNames: ['host.test', 'evil.example'] }),
    because: /forbid "evil\.example"/,
  }),
  pathCase('ip constraint respected', under(ip(['10.0.0.0/8']), { ipAddresses: ['10.1.2.3'] })),
  pathCase('ip constraint violated', {
    ...under(ip(['10.0.0.0/8']), { ipAddresses: ['11.1.2.3'] }),
    because: /forbid "11\.1\.2\.3"/,
  }),
  pathCase('ip exclusion violated', {
    ...under(ip([], ['fd00::/8']), { ipAddresses: ['fd12::1'] }),
    because: /forbid "fd12::1"/,
  }),
  pathCase('ip constraint of the other family', {
    ...under(ip(['10.0.0.0/8']), { ipAddresses: ['::1'] }),
    because: /forbid "::1"/,
  }),
  pathCase('an intermediate for clients only', {
    ...under({ extendedKeyUsage: ['clientAuth'] }),
    because: /may not issue for servers/,
    purpose: 'sslserver',
  }),
  pathCase('an intermediate for any purpose', {
    ...under({ extendedKeyUsage: ['anyExtendedKeyUsage', 'serverAuth'] }),
    purpose: 'sslserver',
  }),
];

function reversed(fields: Fields): Fields {
  return { ...fields, sent: [...(fields.sent ?? [])].reverse() };
}

function expiredAnchor(): Fields {
  const expired = issueLeaf(server, server, past);
  return { leaf: expired, sent: [], anchors: [expired], because: /expired/ };
}
