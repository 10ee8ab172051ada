import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readCertificate } from '../../src/x509/certificate.ts';
import { judgeCrl } from '../../src/x509/crl-check.ts';
import { judgeOcsp } from '../../src/x509/ocsp.ts';
import { certificatesFromPem, pem } from '../../src/x509/pem.ts';
import { statusExtensions } from '../../src/x509/status-extensions.ts';
import { type StatusCase, statusCases } from '../x509/status-cases.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-status-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string): string => join(folder, name);

function run(...args: readonly string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('openssl', args, { encoding: 'utf8', cwd: folder });
  return { status, output: stdout + stderr };
}

function openssl(...args: readonly string[]): string {
  return execFileSync('openssl', args, { encoding: 'utf8', cwd: folder, stdio: 'pipe' });
}

function opensslVerdict(one: StatusCase): { verdict: StatusCase['expected']; output: string } {
  writeFileSync(path('ca.pem'), pem(one.issuer));
  writeFileSync(path('leaf.pem'), pem(one.certificate));
  writeFileSync(path('source.der'), one.bytes);
  return one.source === 'ocsp' ? ocspVerdict(one) : crlVerdict();
}

function ocspVerdict({ digest = 'sha1' }: StatusCase): { verdict: StatusCase['expected']; output: string } {
  const { output } = run(
    ...['ocsp', '-respin', 'source.der', '-issuer', 'ca.pem', `-${digest}`, '-cert', 'leaf.pem'],
    ...['-CAfile', 'ca.pem', '-no-CApath', '-no-CAstore', '-no_nonce'],
  );
  const said = /leaf\.pem: (good|revoked|unknown)/.exec(output)?.[1] as StatusCase['expected'] | undefined;
  const holds = output.includes('Response verify OK') && !output.includes('Status times invalid');
  return { verdict: holds ? (said ?? 'invalid') : 'invalid', output };
}

function crlVerdict(): { verdict: StatusCase['expected']; output: string } {
  openssl('crl', '-inform', 'DER', '-in', 'source.der', '-out', 'list.pem');
  const { status, output } = run(
    ...[
      'verify',
      '-crl_check',
      '-CAfile',
      'ca.pem',
      '-no-CApath',
      '-no-CAstore',
      '-CRLfile',
      'list.pem',
      'leaf.pem',
    ],
  );
  const revoked = output.includes('certificate revoked');
  return { verdict: status === 0 ? 'good' : revoked ? 'revoked' : 'invalid', output };
}

function ourVerdict({ source, bytes, certificate, issuer }: StatusCase): string {
  const judge = source === 'ocsp' ? judgeOcsp : judgeCrl;
  const question = {
    certificate: readCertificate(certificate),
    issuer: readCertificate(issuer),
    atMs: Date.now(),
  };
  return judge(bytes, question).kind;
}

describe('openssl judges what is made here', () => {
  it.each(statusCases(new Date()))('$name', (one) => {
    const { verdict, output } = opensslVerdict(one);
    expect(ourVerdict(one)).toBe(one.expected);
    if (one.stricter === undefined) expect({ verdict, output }).toEqual({ verdict: one.expected, output });
    else expect({ verdict, output }).not.toEqual({ verdict: one.expected, output });
  });
});

describe("what openssl's own authority makes is judged as openssl does", () => {
  openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'own.key');
  writeFileSync(path('index.txt'), '');
  writeFileSync(path('index.txt.attr'), 'unique_subject = no\n');
  writeFileSync(path('number'), '01\n');
  writeFileSync(
    path('ca.cnf'),
    `[ca]
default_ca=own
[own]
database=index.txt
serial=number
crlnumber=number.crl
new_certs_dir=.
certificate=own.pem
private_key=own.key
default_md=sha256
default_days=10
default_crl_days=5
policy=any
copy_extensions=copy
[any]
commonName=supplied
[req]
distinguished_name=dn
[dn]
[root]
basicConstraints=critical,CA:true
keyUsage=critical,keyCertSign,cRLSign,digitalSignature
subjectKeyIdentifier=hash
[leaf]
basicConstraints=CA:false
authorityInfoAccess=OCSP;URI:http://ocsp.host.test/,caIssuers;URI:http://ca.host.test/ca.der
crlDistributionPoints=URI:http://crl.host.test/1.crl,URI:ldap://crl.host.test/x
tlsfeature=status_request
[responder]
extendedKeyUsage=OCSPSigning
`,
  );
  writeFileSync(path('number.crl'), '01\n');
  openssl(
    ...'req -x509 -new -key own.key -subj /CN=Own -days 30 -config ca.cnf -extensions root -out own.pem'.split(
      ' ',
    ),
  );
  const issue = (name: string, extensions: string): Uint8Array => {
    openssl(
      ...`req -new -newkey rsa:2048 -nodes -keyout ${name}.key -subj /CN=${name} -config ca.cnf -out ${name}.csr`.split(
        ' ',
      ),
    );
    openssl(
      ...`ca -batch -config ca.cnf -notext -extensions ${extensions} -in ${name}.csr -out ${name}.pem`.split(
        ' ',
      ),
    );
    return certificatesFromPem(readFileSync(path(`${name}.pem`), 'utf8'))[0]!;
  };
  const good = issue('good', 'leaf');
  const bad = issue('bad', 'leaf');
  issue('responder', 'responder');
  openssl(...'ca -config ca.cnf -revoke bad.pem -crl_reason keyCompromise'.split(' '));
  // A certificate that the authority has never heard of.
  const index = readFileSync(path('index.txt'), 'utf8');
  const unheard = issue('unheard', 'leaf');
  writeFileSync(path('index.txt'), index);
  const issuer = readCertificate(certificatesFromPem(readFileSync(path('own.pem'), 'utf8'))[0]!);
  const question = (der: Uint8Array) => ({ certificate: readCertificate(der), issuer, atMs: Date.now() });
  const ders = { good, bad, unheard };
  const expected = { good: 'good', bad: 'revoked', unheard: 'unknown' } as const;
  const names = Object.keys(ders) as (keyof typeof ders)[];

  describe.each(['own', 'responder'])('an OCSP response signed by %s', (signer) => {
    it.each(names)('%s', (name) => {
      openssl(...`ocsp -issuer own.pem -sha256 -cert ${name}.pem -reqout request.der`.split(' '));
      openssl(
        ...`ocsp -index index.txt -CA own.pem -rsigner ${signer}.pem -rkey ${signer}.key -rmd sha256 -ndays 3 -reqin request.der -respout response.der`.split(
          ' ',
        ),
      );
      const verdict = judgeOcsp(readFileSync(path('response.der')), question(ders[name]));
      expect(verdict).toMatchObject({ kind: expected[name] });
      const text = openssl(...'ocsp -respin response.der -noverify -resp_text'.split(' '));
      if (verdict.kind === 'invalid') return;
      const shown = (label: string): string =>
        new Date(new RegExp(`${label}: (.*)`).exec(text)?.[1] ?? '').toISOString();
      expect(verdict.thisUpdate).toBe(shown('This Update'));
      expect(verdict.nextUpdate).toBe(shown('Next Update'));
      if (verdict.kind !== 'revoked') return;
      expect(verdict.at).toBe(shown('Revocation Time'));
      expect(text).toContain(`Revocation Reason: ${verdict.reason}`);
    });
  });

  it('a list of revoked certificates', () => {
    openssl(...'ca -config ca.cnf -gencrl -out own.crl'.split(' '));
    openssl(...'crl -in own.crl -outform DER -out own.crl.der'.split(' '));
    const list = readFileSync(path('own.crl.der'));
    expect(judgeCrl(list, question(bad))).toMatchObject({ kind: 'revoked', reason: 'keyCompromise' });
    expect(judgeCrl(list, question(good))).toMatchObject({ kind: 'good' });
    const dates = openssl(...'crl -in own.crl -noout -lastupdate -nextupdate'.split(' '));
    const [thisUpdate, nextUpdate] = [...dates.matchAll(/Update=(.*)/g)].map(([, text]) =>
      new Date(text!).toISOString(),
    );
    expect(judgeCrl(list, question(good))).toMatchObject({ thisUpdate, nextUpdate });
  });

  it('the extensions that say how', () => {
    expect(statusExtensions(good)).toEqual({
      ocspUrls: ['http://ocsp.host.test/'],
      issuerUrls: ['http://ca.host.test/ca.der'],
      crlUrls: ['http://crl.host.test/1.crl', 'ldap://crl.host.test/x'],
      mustStaple: true,
      malformed: [],
    });
    expect(openssl(...'x509 -in good.pem -noout -text'.split(' '))).toMatch(
      /TLS Feature:[^\n]*\n\s+status_request/,
    );
  });
});
