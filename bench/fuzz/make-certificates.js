import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Keys of every kind that servers have; the names are those of the certificates. */
const keys = {
  rsa: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  'rsa-1024': ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024'],
  'rsa-e3': ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024', '-pkeyopt', 'rsa_keygen_pubexp:3'],
  'rsa-pss': ['-algorithm', 'RSA-PSS', '-pkeyopt', 'rsa_keygen_bits:2048'],
  p256: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  p521: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-521'],
  brainpool: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:brainpoolP256r1'],
  explicit: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-pkeyopt', 'ec_param_enc:explicit'],
  sm2: ['-algorithm', 'SM2'],
  ed25519: ['-algorithm', 'ED25519'],
  ed448: ['-algorithm', 'ED448'],
};

/** A dNSName that readers of C strings take for `good.example`. */
function nulName() {
  const name = Buffer.from('good.example\0.evil.example');
  const names = Buffer.concat([Buffer.from([0x30, name.length + 2, 0x82, name.length]), name]);
  return names.toString('hex').match(/../g).join(':');
}

/** Odd certificates: sections of an OpenSSL configuration, all with a P-256 key. */
const odd = {
  names: `[dn]
C=DE
ST=Köln
O=多字節
OU=first
1.OU=second
CN=a+b, "c" <d>; e\\\\ f
[ext]
subjectAltName=DNS:a.example,DNS:*.b.example,DNS:xn--nxasmq6b.example,IP:192.0.2.1,IP:2001:db8::1,email:a@b.example,URI:https://c.example/,RID:1.2.3.4,otherName:1.2.3.4;UTF8:x,dirName:dir
[dir]
O=Directory`,
  'nul-in-name': `[dn]
CN=nul.example
[ext]
subjectAltName=DER:${nulName()}`,
  'empty-subject': `[dn]
CN=replaced
[ext]
subjectAltName=critical,DNS:only.example`,
  constraints: `[dn]
CN=constraints
[ext]
basicConstraints=critical,CA:TRUE,pathlen:2
keyUsage=critical,keyCertSign,cRLSign
nameConstraints=critical,permitted;DNS:.example.org,permitted;IP:10.0.0.0/255.0.0.0,excluded;DNS:bad.example.org,excluded;email:x@y.example,permitted;dirName:dir
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid,issuer
[dir]
O=Directory`,
  policies: `[dn]
CN=policies
[ext]
certificatePolicies=2.23.140.1.2.1,@policy
policyConstraints=requireExplicitPolicy:3,inhibitPolicyMapping:1
inhibitAnyPolicy=2
policyMappings=1.2.3:1.2.4
authorityInfoAccess=OCSP;URI:http://ocsp.example/,caIssuers;URI:http://ca.example/ca.cer
crlDistributionPoints=crl
extendedKeyUsage=serverAuth,clientAuth,1.2.3.4.5,2.999.1
tlsfeature=status_request,status_request_v2
issuerAltName=DNS:issuer.example
[crl]
fullname=URI:http://crl.example/1.crl,URI:ldap://crl.example/cn=x
CRLissuer=dirName:dir
reasons=keyCompromise,CACompromise
[dir]
O=Directory
[policy]
policyIdentifier=1.3.5.8
CPS.1=https://cps.example/
userNotice.1=@notice
[notice]
explicitText=UTF8:Notiz
organization=O
noticeNumbers=1,2`,
  'unknown-extensions': `[dn]
CN=unknown
[ext]
1.2.643.100.111=ASN1:UTF8String:СКЗИ
1.2.643.2.2.3=critical,DER:30:03:02:01:05
2.999.4294967296.1=ASN1:NULL
1.3.6.1.4.1.11129.2.4.3=critical,ASN1:NULL
2.5.29.9=ASN1:SEQUENCE:attributes
nsComment=comment
[attributes]
a=OID:1.2.643.7.1.1.1.1
b=BMP:ab
c=GENTIME:99991231235959Z`,
};

/** Writes one certificate (DER) for each kind of key and each oddity, and keeps keys and PEM in `work`. */
export function makeCertificates(work, folder) {
  mkdirSync(folder, { recursive: true });
  const keep = (name) => writeFileSync(join(folder, `${name}.der`), readFileSync(join(work, `${name}.der`)));
  for (const [name, how] of Object.entries(keys)) {
    openssl(work, 'genpkey', ...how, '-out', `${name}.key`);
    selfSigned(
      work,
      name,
      `${name}.key`,
      '[dn]\nO=assay fuzzing\nCN=host.test\n[ext]\nsubjectAltName=DNS:host.test,IP:127.0.0.1\n',
    );
    keep(name);
  }
  for (const [name, sections] of Object.entries(odd)) {
    selfSigned(work, name, 'p256.key', sections, ...(name === 'empty-subject' ? ['-subj', '/'] : []));
    keep(name);
  }
  for (const serial of ['0', '-5', `0x${'7f'.repeat(20)}`, `0x${'ff'.repeat(60)}`]) {
    const name = `serial-${serial.slice(0, 6)}-${serial.length}`;
    selfSigned(work, name, 'p256.key', '[dn]\nCN=serial\n[ext]\n', '-set_serial', serial);
    keep(name);
  }
  for (const [name, dates] of [
    ['dates-far', ['19500101000000Z', '99991231235959Z']],
    ['dates-backwards', ['20300101000000Z', '19990101000000Z']],
  ]) {
    issued(work, name, 'rsa', 'p256', '[ext]\nbasicConstraints=CA:FALSE\n', dates);
    keep(name);
  }
  chain(work);
  for (const name of ['chain-ca', 'chain-intermediate', 'chain-leaf']) keep(name);
}

function chain(work) {
  const days = ['20260101000000Z', '20360101000000Z'];
  selfSigned(
    work,
    'chain-ca',
    'rsa.key',
    '[dn]\nO=assay fuzzing\nCN=root\n[ext]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n',
  );
  issued(
    work,
    'chain-intermediate',
    'chain-ca',
    'p256',
    '[ext]\nbasicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\n',
    days,
  );
  issued(
    work,
    'chain-leaf',
    'chain-intermediate',
    'ed25519',
    '[ext]\nbasicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\nsubjectAltName=DNS:host.test\nauthorityInfoAccess=OCSP;URI:http://ocsp.example/\n',
    days,
  );
}

const keyOf = { rsa: 'rsa', 'chain-ca': 'rsa', 'chain-intermediate': 'p256' };

function selfSigned(work, name, key, sections, ...more) {
  const head =
    '[req]\ndistinguished_name=dn\nprompt=no\nutf8=yes\nstring_mask=utf8only\nx509_extensions=ext\n';
  writeFileSync(join(work, `${name}.cnf`), head + sections);
  openssl(
    work,
    'req',
    '-new',
    '-x509',
    '-key',
    key,
    '-days',
    '3650',
    '-config',
    `${name}.cnf`,
    '-out',
    `${name}.pem`,
    ...more,
  );
  openssl(work, 'x509', '-in', `${name}.pem`, '-outform', 'DER', '-out', `${name}.der`);
}

/** With `openssl ca`, which takes any dates. */
function issued(work, name, issuer, key, sections, [from, to]) {
  const authority = `[ca]\ndefault_ca=me\n[me]\ndatabase=${name}.index\nserial=${name}.serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=any\nunique_subject=no\n[any]\ncommonName=supplied\n`;
  writeFileSync(
    join(work, `${name}.cnf`),
    `[req]\ndistinguished_name=dn\nprompt=no\n[dn]\nCN=${name}\n${authority}${sections}`,
  );
  writeFileSync(join(work, `${name}.index`), '');
  writeFileSync(join(work, `${name}.serial`), '1001\n');
  openssl(work, 'req', '-new', '-key', `${key}.key`, '-config', `${name}.cnf`, '-out', `${name}.csr`);
  openssl(
    work,
    'ca',
    '-batch',
    '-notext',
    '-config',
    `${name}.cnf`,
    '-cert',
    `${issuer}.pem`,
    '-keyfile',
    `${keyOf[issuer]}.key`,
    '-extensions',
    'ext',
    '-startdate',
    from,
    '-enddate',
    to,
    '-in',
    `${name}.csr`,
    '-out',
    `${name}.pem`,
  );
  openssl(work, 'x509', '-in', `${name}.pem`, '-outform', 'DER', '-out', `${name}.der`);
}

export function openssl(work, ...args) {
  return execFileSync('openssl', args, { cwd: work, stdio: ['ignore', 'pipe', 'pipe'] });
}
