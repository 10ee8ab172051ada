import { createHash } from 'node:crypto';
import type {
  Assessment,
  AuditResult,
  Control,
  ControlResult,
  Exception,
  Finding,
  Framework,
  Reason,
  RequirementState,
  Severity,
  Subject,
  SubjectKind,
  SubjectRecord,
  Target,
} from '../../src/model/index.ts';
import type { ReportInput } from '../../src/report/report-input.ts';

/** Every way a target could try to act on the reader: markup, terminal sequences, direction, size, other scripts. */
export const hostile = {
  markup: '<script>alert(1)</script>"><img src=x onerror=alert(2)>',
  terminal: '\u001b[2J\u001b]0;owned\u0007\u009b31mred\r\nExit code 0: clean',
  direction: 'user\u202Egpj.exe\u2066\u200B',
  scripts: '主机 データ 🛡\uFE0F नमस्ते עברית \uD800',
  long: `${'a'.repeat(6000)} ${'\u202E'.repeat(400)}`,
} as const;

const startedAt = '2026-11-20T02:00:00.000Z';
const digest = (of: string): string => createHash('sha256').update(of).digest('hex');

interface ControlSeed {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly subject: SubjectKind;
  readonly fact: string;
  readonly message: string;
}

const seeds: readonly ControlSeed[] = [
  {
    id: 'postgres.auth.no-trust',
    title: 'No network login is trusted without a password',
    severity: 'critical',
    subject: 'postgres-server',
    fact: 'postgres.hba',
    message: 'network connections are let in without a password',
  },
  {
    id: 'postgres.auth.scram-only',
    title: 'Passwords are only checked with SCRAM',
    severity: 'medium',
    subject: 'postgres-server',
    fact: 'postgres.hba',
    message: 'passwords are checked by a weaker method than SCRAM',
  },
  {
    id: 'postgres.log.connections',
    title: 'Log-ins are logged',
    severity: 'low',
    subject: 'postgres-server',
    fact: 'postgres.settings',
    message: 'log-ins leave no trace in the server log',
  },
  {
    id: 'tls.certificate.lifetime-left',
    title: 'The certificate is valid for a while yet',
    severity: 'medium',
    subject: 'tls-endpoint',
    fact: 'tls.chain',
    message: 'the certificate expires soon',
  },
  {
    id: 'tls.protocol.sslv2-sslv3-refused',
    title: 'SSL 2.0 and 3.0 are refused',
    severity: 'critical',
    subject: 'tls-endpoint',
    fact: 'tls.versions',
    message: 'SSL versions are accepted',
  },
  {
    id: 'tls.protocol.tls10-tls11-refused',
    title: 'TLS 1.0 and 1.1 are refused',
    severity: 'high',
    subject: 'tls-endpoint',
    fact: 'tls.versions',
    message: 'obsolete protocol versions are accepted',
  },
];

function controlOf(seed: ControlSeed): Control {
  return {
    id: seed.id,
    version: 1,
    aliases: [],
    title: seed.title,
    severity: seed.severity,
    subject: seed.subject,
    params: {},
    expect: `params.refused.all(v, ${seed.fact}[v] == "refused")\n&& params.refused.size() > 0`,
    empty: 'unseen',
    message: seed.message,
    remediation: {
      nginx: 'Set "ssl_protocols TLSv1.2 TLSv1.3;" in every server block and reload.',
      postgresql:
        "Set ssl_min_protocol_version = 'TLSv1.2' and reload:\nALTER SYSTEM SET ssl_min_protocol_version = 'TLSv1.2';",
    },
    references: ['NIST SP 800-52r2 §3.1', 'RFC 8996'],
    proves:
      'For each listed version, that a ClientHello offering only that version was refused at this address at this time.',
    doesNotProve:
      'What another address, port or server name of the same host answers, or what it answers at another time.',
    satisfies: {
      'pci-dss-4.0.1': [{ id: '4.2.1', strength: 'partial', element: 'protocol-versions' }],
      hipaa: [{ id: '164.312(e)(1)', strength: 'supporting' }],
    },
  };
}

type Verdict = (seed: ControlSeed, subject: Subject, at: number) => Reason;

/** Seen before, somebody's, and late. */
const dated = {
  firstSeen: '2026-10-02T02:00:00.000Z',
  lastSeen: startedAt,
  owner: 'web-team',
  due: '2026-11-01',
} as const;

function itemsOf(seed: ControlSeed, subject: Subject): readonly Exception[] {
  const plain = seed.subject === 'tls-endpoint' ? ['TLSv1.0', 'TLSv1.1'] : ['host all all 0.0.0.0/0 trust'];
  const items = subject.id === 'hostile' ? Object.values(hostile) : plain;
  return items.map((item, at) => ({
    item,
    fingerprint: digest(`${seed.id} ${subject.id} ${at}`),
    ...(subject.id === 'legacy' ? dated : {}),
    readings: [{ fact: seed.fact, pointer: `/${item}`, value: subject.id === 'hostile' ? item : 'accepted' }],
  }));
}

function unseenOf(seed: ControlSeed, reason: Reason): Finding['unseen'] {
  if (reason === 'error') {
    return [
      {
        item: '',
        fact: seed.fact,
        code: 'ERR_ASSERTION_FAULT',
        message: 'expected a boolean, got a string',
        remedy: 'Report this as a defect of the test.',
      },
    ];
  }
  if (reason !== 'unseen') return [];
  return [
    {
      item: '',
      fact: seed.fact,
      code: 'ERR_CONNECTION_REFUSED',
      message: 'expected a connection to the address, got ECONNREFUSED',
      remedy: 'Check that the service listens there and that a firewall lets this machine through.',
    },
  ];
}

function messageOf(seed: ControlSeed, reason: Reason, items: number): string {
  const messages: Readonly<Record<Reason, string>> = {
    fail: seed.message,
    pass: `${items} items seen, none an exception`,
    unseen: 'expected a connection to the address, got ECONNREFUSED',
    error: 'expected a boolean, got a string',
    'not-applicable': 'the server has no role with a password',
  };
  return messages[reason];
}

function findingOf(
  seed: ControlSeed,
  subject: Subject,
  reason: Reason,
  evidence: readonly string[],
): Finding {
  const exceptions = reason === 'fail' ? itemsOf(seed, subject) : [];
  const items = reason === 'pass' ? 6 : exceptions.length;
  return {
    id: digest(`${seed.id} ${subject.id}`).slice(0, 36),
    controlId: seed.id,
    controlVersion: 1,
    title: seed.title,
    severity: seed.severity,
    subjectId: subject.id,
    targetId: subject.targetId,
    subjectKind: subject.kind,
    ...(subject.id === 'hostile' ? { owner: hostile.markup } : {}),
    ...(subject.id === 'legacy' ? { owner: dated.owner } : {}),
    reason,
    message: messageOf(seed, reason, items),
    population: {
      items,
      exceptions: exceptions.length,
      unseen: 0,
      complete: true,
      basis: items === 0 ? [] : ['every version of the list tried with its own ClientHello'],
    },
    exceptions,
    unseen: unseenOf(seed, reason),
    params: {
      refused: { value: ['TLSv1.0', 'TLSv1.1'], origin: subject.id === 'hostile' ? 'target' : 'control' },
    },
    observations: reason === 'unseen' ? [] : [{ fact: seed.fact, at: '2026-11-20T02:00:01.500Z' }],
    evidence: reason === 'unseen' ? [] : evidence,
    requirements: [
      { framework: 'hipaa', id: '164.312(e)(1)', strength: 'supporting' },
      { framework: 'pci-dss-4.0.1', id: '4.2.1', strength: 'partial', element: 'protocol-versions' },
    ],
  };
}

function recordOf(subject: Subject, reached: boolean, number: number): SubjectRecord {
  const facts = [
    ...new Set(seeds.filter((seed) => seed.subject === subject.kind).map((seed) => seed.fact)),
  ].sort();
  const common = { method: 'TEST', startedAt, endedAt: '2026-11-20T02:00:01.500Z' } as const;
  const ref = `EV-${String(number).padStart(5, '0')}`;
  return {
    format: 0,
    subject,
    vantage: 'office-a',
    identity: { certificate: digest(subject.id) },
    ...(subject.kind === 'postgres-server' && reached
      ? { principal: { name: 'assay_auditor', privileges: ['pg_read_all_settings', 'CONNECT on assay'] } }
      : {}),
    connections: reached ? 14 : 1,
    observations: facts.map((fact, at) =>
      reached
        ? {
            ...common,
            kind: 'seen' as const,
            fact,
            attempts: 1,
            requests:
              subject.kind === 'postgres-server'
                ? ['SELECT name, setting\nFROM pg_catalog.pg_settings\nWHERE name = ANY ($1)\nORDER BY name']
                : ['one ClientHello per version, offering that version alone'],
            evidence:
              at > 0
                ? []
                : [
                    {
                      ref,
                      path: `data/evidence/${subject.id}/${ref}.json`,
                      sha256: digest(ref),
                      bytes: 18_231,
                      mediaType: 'application/json',
                      title: subject.id === 'hostile' ? hostile.scripts : 'Transcript of the handshakes',
                    },
                  ],
            value: {},
            completeness: [],
            withheld: [],
          }
        : {
            ...common,
            kind: 'unseen' as const,
            fact,
            attempts: 2,
            requests: [],
            evidence: [],
            reason: { code: 'ERR_CONNECTION_REFUSED', message: 'refused', remedy: 'open the port' },
          },
    ),
  };
}

const states: Readonly<Record<RequirementState, number>> = {
  'no-exceptions': 1,
  exceptions: 2,
  'partly-tested': 2,
  'not-tested': 190,
  'needs-document': 41,
  'third-party': 8,
  'not-applicable': 0,
};

const report = {
  name: 'AOC of the hoster',
  sha256: digest('document'),
  date: '2026-01-01',
  expires: '2026-12-31',
} as const;

function auditOf(framework: string, title: string): AuditResult {
  return {
    audit: {
      framework,
      role: 'service provider',
      period: { from: '2026-01-01', to: '2026-12-31' },
      boundaryTags: ['cde'],
    },
    title,
    ...(framework === 'hipaa' ? { limits: ['not-declared', 'severity'] as const } : {}),
    assessable: 244,
    states,
    requirements: [
      {
        id: framework === 'hipaa' ? '164.312(e)(1)' : '4.2.1',
        state: 'exceptions',
        controls: 4,
        passed: 1,
        failed: 2,
        unseen: 1,
        elements: { decided: 1, of: 4 },
        undecided: ['cipher-suites', 'key-exchange', 'certificate-validity'],
        kindsNotInScope: ['mail-server'],
      },
      {
        id: '9.1',
        state: 'third-party',
        ...{ controls: 0, passed: 0, failed: 0, unseen: 0 },
        thirdParty: { party: hostile.markup, document: report, current: true, remaining: [] },
      },
      {
        id: '9.2',
        state: 'needs-document',
        ...{ controls: 1, passed: 0, failed: 1, unseen: 0 },
        alternative: { reason: 'kiosks', approvedBy: 'CISO', document: report, current: false },
      },
      {
        id: '9.3',
        state: 'not-applicable',
        ...{ controls: 0, passed: 0, failed: 0, unseen: 0 },
        outside: 'role',
      },
      {
        id: '9.4',
        state: 'not-tested',
        ...{ controls: 1, passed: 0, failed: 0, unseen: 1 },
        children: { 'not-tested': 1, 'needs-document': 2 },
      },
    ],
  };
}

function frameworkOf(id: string, title: string, requirement: string): Framework {
  return {
    id,
    title,
    version: '1',
    source: 'test',
    copyright: 'test',
    requirements: [
      {
        id: requirement,
        title: 'Protection of data on open networks',
        parent: null,
        section: '4',
        kind: 'requirement',
        testability: 'automated',
      },
    ],
  };
}

function subjectOf(id: string, kind: SubjectKind): Subject {
  const host = id === 'hostile' ? hostile.direction : `${id}.example`;
  const port = kind === 'tls-endpoint' ? 443 : 5432;
  const scheme = kind === 'tls-endpoint' ? 'https' : 'postgres';
  return {
    id,
    targetId: id,
    kind,
    locator: `${scheme}://${host}:${port}`,
    host,
    port,
    address: '192.0.2.10',
    tags: ['cde'],
    optional: false,
  };
}

function countReasons(reasons: readonly Reason[]): Record<Reason, number> {
  const counts = { pass: 0, fail: 0, unseen: 0, error: 0, 'not-applicable': 0 };
  for (const reason of reasons) counts[reason] += 1;
  return counts;
}

function controlResult(
  seed: Pick<ControlSeed, 'id' | 'title' | 'severity'>,
  findings: readonly Finding[],
): ControlResult {
  const own = findings.filter(({ controlId }) => controlId === seed.id);
  return {
    id: seed.id,
    version: 1,
    title: seed.title,
    severity: seed.severity,
    sha256: digest(seed.id),
    subjects: own.length,
    reasons: countReasons(own.map(({ reason }) => reason)),
  };
}

/** Selected, of a kind that nothing in scope is of. */
const withoutSystem = { id: 'kms.key.rotation', title: 'Keys are rotated', severity: 'low' } as const;

function targetOf({ id, kind, locator, host, port }: Subject): Target {
  if (kind === 'organisation' || kind === 'http-api' || kind === 'log-store' || kind === 'data-store')
    throw new Error(`expected a kind of target, got ${kind}`);
  return { id, named: true, kind, locator, host, port, addresses: [], tags: ['cde'], optional: false };
}

function assessmentOf(subjects: readonly Subject[], findings: readonly Finding[]): Assessment {
  const failures = findings.filter(({ reason }) => reason === 'fail');
  const failed = (severity: Severity): number =>
    failures.filter((finding) => finding.severity === severity).length;
  return {
    format: 0,
    run: {
      format: 0,
      id: '0b0f6c3e-7c38-4f57-9d0c-2f6f3f1c9a11',
      tool: { name: 'assay', version: '0.1.0', semantics: 1 },
      startedAt,
      endedAt: '2026-11-20T02:00:03.400Z',
      judgedAt: startedAt,
      utcOffsetMinutes: 330,
      vantage: 'office-a',
      operator: { user: 'ci', host: 'runner-7', root: false },
      series: null,
      draft: true,
      failOn: 'high',
      selection: { frameworks: [], controls: [], tags: [], severity: 'low' },
      controlSetSha256: digest('controls'),
    },
    scope: {
      format: 0,
      organisation: 'Example Payments Ltd',
      system: 'Card payments',
      environment: 'prod',
      inventory: 'configuration',
      configurationSha256: digest('configuration'),
      audits: [],
      targets: subjects.map(targetOf),
      subjects,
      outOfScope: [{ what: 'reporting replica', why: 'decommissioned in June, no cardholder data' }],
    },
    counts: countReasons(findings.map(({ reason }) => reason)),
    failedBySeverity: {
      critical: failed('critical'),
      high: failed('high'),
      medium: failed('medium'),
      low: failed('low'),
    },
    exceptions: failures.reduce((sum, { population }) => sum + population.exceptions, 0),
    controls: [controlResult(withoutSystem, findings), ...seeds.map((seed) => controlResult(seed, findings))],
    noSubject: [{ controlId: 'kms.key.rotation', kind: 'kms-key', inAudit: true }],
    audits: [auditOf('hipaa', 'HIPAA Security Rule'), auditOf('pci-dss-4.0.1', 'PCI DSS 4.0.1')],
    sameSystem: [],
    outcome: { exitCode: 3, words: 'exceptions at or above high' },
    digests: {},
  };
}

export interface FixtureOptions {
  readonly subjects?: readonly Subject[];
  readonly verdict?: Verdict;
  readonly unreached?: readonly string[];
}

const usual: readonly Subject[] = [
  subjectOf('database', 'postgres-server'),
  subjectOf('hostile', 'tls-endpoint'),
  subjectOf('legacy', 'tls-endpoint'),
  subjectOf('offline', 'tls-endpoint'),
  subjectOf('pay', 'tls-endpoint'),
];

const usualVerdict: Verdict = (seed, subject) => {
  if (subject.id === 'offline') return 'unseen';
  if (subject.id === 'pay') return 'pass';
  if (subject.id === 'database' && seed.severity === 'medium') return 'not-applicable';
  if (subject.id === 'legacy' && seed.id === 'tls.certificate.lifetime-left') return 'error';
  return 'fail';
};

/** A small assessment with every reason and every severity, and one subject that is hostile in all it says. */
export function reportInput({
  subjects = usual,
  verdict = usualVerdict,
  unreached = ['offline'],
}: FixtureOptions = {}): ReportInput {
  const records = subjects.map((subject, at) => recordOf(subject, !unreached.includes(subject.id), at + 1));
  const findings = subjects.flatMap((subject, at) =>
    seeds
      .filter((seed) => seed.subject === subject.kind)
      .map((seed) =>
        findingOf(seed, subject, verdict(seed, subject, at), [`EV-${String(at + 1).padStart(5, '0')}`]),
      ),
  );
  return {
    assessment: assessmentOf(subjects, findings),
    findings: () => findings,
    subjects: () => records,
    controls: new Map(seeds.map((seed) => [seed.id, controlOf(seed)])),
    frameworks: new Map([
      ['hipaa', frameworkOf('hipaa', 'HIPAA Security Rule', '164.312(e)(1)')],
      ['pci-dss-4.0.1', frameworkOf('pci-dss-4.0.1', 'PCI DSS 4.0.1', '4.2.1')],
    ]),
    seal: { fingerprint: digest('tagmanifest'), signature: { kind: 'unsigned' } },
    bundleName: 'assay-adhoc-20261120T020000Z',
  };
}

/** `count` TLS endpoints with three findings each: every `failEvery`-th endpoint fails them all. */
export function largeInput(count: number, failEvery: number): ReportInput {
  const subjects = Array.from({ length: count }, (_, at) =>
    subjectOf(`endpoint-${String(at).padStart(6, '0')}`, 'tls-endpoint'),
  );
  return reportInput({
    subjects,
    verdict: (_seed, _subject, at) => (at % failEvery === 0 ? 'fail' : 'pass'),
    unreached: [],
  });
}
