import { Argument, Command, Option } from 'commander';
import { subjectKinds } from '../model/index.ts';
import { grantsPlatforms } from '../postgres/grant.ts';
import { visibleLines } from '../report/visible.ts';
import type { Io } from './io.ts';
import {
  addToList,
  addToProbes,
  parseConcurrency,
  parseDurationMs,
  parseFailOn,
  parseInstant,
  parseMaxRate,
  parsePort,
  parsePortList,
  parseSeverity,
} from './option-values.ts';

/** Tells `main` how a command ended. */
export type Done = (exitCode: number) => void;

/** The command line. Each command is loaded when it is called, so that none pays for another. */
export function buildProgram(io: Io, done: Done): Command {
  const program = new Command('assay')
    .description('Tests live systems against HIPAA, PCI DSS, SOC 2 and GDPR controls and seals the evidence.')
    .option('-V, --version', 'print the version')
    .exitOverride()
    .showHelpAfterError('(add --help for what there is)')
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      // What was typed, or pasted, is repeated there.
      outputError: (text, write) => write(`${visibleLines(text).join('\n')}\n`),
      getOutHelpWidth: () => io.stdout.columns,
      getErrHelpWidth: () => io.stderr.columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText('after', examples);
  addInit(program, io, done);
  addScan(program, io, done);
  addPlan(program, io, done);
  addDoctor(program, io, done);
  addVerify(program, io, done);
  addFromTheMiddle(program, io, done);
  addFindings(program, io, done);
  addDemo(program, io, done);
  addKeys(program, io, done);
  addControls(program, io, done);
  addProfiles(program, io, done);
  addFrameworks(program, io, done);
  addGrants(program, io, done);
  return program;
}

const examples = `
Examples:
  assay demo                                     try everything on local systems
  assay scan https://pay.example                 scan one endpoint
  assay scan --format html,pdf                   scan what ./assay.yaml names
  assay plan --targets fleet.txt                 say beforehand what a scan would do
  assay verify ./assay-adhoc-20261120T080000Z    check a bundle

Exit codes: 0 clean, 1 a defect of assay, 2 usage, 3 exceptions at or above --fail-on,
4 not proven, 5 verification failed, 6 output cannot be written, 130/143 interrupted.`;

function addInit(program: Command, io: Io, done: Done): void {
  program
    .command('init')
    .description('write an assay.yaml to complete, from what can be seen of targets')
    .argument('<targets...>', 'https://host[:port], tls://host:port, postgres://user@host/db, dns://zone')
    .option('-o, --out <file>', 'the file to write, which must not exist', 'assay.yaml')
    .action(async (targets, options) =>
      done(await (await import('./init-command.ts')).runInit(targets, options, io)),
    );
}

function addScan(program: Command, io: Io, done: Done): void {
  const command = program.command('scan').description('scan targets and seal what was seen into a bundle');
  addWhatToScan(command)
    .option('--previous <bundle>', 'an earlier bundle to compare with (may be given again)', addToFiles)
    .optionsGroup('What comes out:')
    .option('-o, --out <folder>', 'the bundle folder itself (default: ./assay-<system>-<time>)')
    .option('-f, --format <formats>', 'also write json, html, pdf beside the bundle', addToList)
    .option('--json', 'print assessment.json in place of text')
    .option('--key <file>', 'sign the bundle with this private key')
    .addOption(
      new Option('--fail-on <severity>', 'exit 3 for exceptions from this severity, or none')
        .argParser(parseFailOn)
        .default('high'),
    )
    .option('-q, --quiet', 'print nothing unless the exit code is not 0');
  addLimits(command)
    .option('--max-duration <duration>', 'stop looking after this and seal what was seen', parseDurationMs)
    .addHelpText(
      'after',
      `
Examples:
  assay scan https://pay.example --fail-on medium
  assay scan https://192.0.2.7:8443 --ca ./internal-ca.pem --out ./evidence
  assay scan --targets fleet.txt --ports 443,8443 --max-rate 50
  assay scan 'postgres://assay@db.example/app?sslmode=verify-full' --key ~/.config/assay/keys/default.pem
  assay scan --tag cde --framework pci-dss-4.0.1 --format html,pdf`,
    )
    .action(async (targets, options) =>
      done(await (await import('./scan-command.ts')).runScan(targets, options, io)),
    );
}

function addPlan(program: Command, io: Io, done: Done): void {
  const command = program
    .command('plan')
    .description('say what a scan with the same options would ask of whom; connects to nothing');
  addWhatToScan(command).option('--no-resolve', 'leave names as they are');
  addLimits(command)
    .optionsGroup('What comes out:')
    .option('--json', 'print the plan as JSON')
    .action(async (targets, options) =>
      done(await (await import('./plan-command.ts')).runPlan(targets, options, io)),
    );
}

function addDoctor(program: Command, io: Io, done: Done): void {
  const command = program
    .command('doctor')
    .description('say what can be seen of targets from here, and which controls the rest costs');
  addHowToReach(addWhichControls(command));
  addLimits(command)
    .option('--max-duration <duration>', 'stop looking after this', parseDurationMs)
    .optionsGroup('What comes out:')
    .addOption(new Option('-f, --format <format>', 'text, json').choices(['text', 'json']).default('text'))
    .action(async (targets, options) =>
      done(await (await import('./doctor-command.ts')).runDoctor(targets, options, io)),
    );
}

/** Options that a scan and its plan share. */
const addWhatToScan = (command: Command): Command => addHowToReach(addProbes(addWhichControls(command)));

function addWhichControls(command: Command): Command {
  return command
    .argument(
      '[target...]',
      'https://host[:port], tls://host:port, postgres://user@host/db, dns://zone; none: assay.yaml',
    )
    .optionsGroup('What to scan:')
    .option('--targets <file>', 'a list of targets, one a line; - reads it from stdin')
    .addOption(
      new Option('--ports <ports>', 'for targets that name no port (default: 443)').argParser(parsePortList),
    )
    .option('-c, --config <file>', 'configuration file (default: $ASSAY_CONFIG, else ./assay.yaml)')
    .option('--framework <ids>', 'only controls that are evidence toward these', addToList)
    .option('--control <ids>', 'only these controls, or all whose id begins so', addToList)
    .option('--controls <folder>', 'controls and frameworks of your own (may be given again)', addToFiles)
    .option('--tag <tags>', 'only targets with one of these tags', addToList)
    .addOption(
      new Option('--severity <severity>', 'only controls of this severity and above')
        .argParser(parseSeverity)
        .default('low'),
    );
}

function addHowToReach(command: Command): Command {
  return command
    .option(
      '--profile <profile>',
      'in place of those of assay.yaml: id or file (may be given again)',
      addToFiles,
    )
    .option('--address <addresses>', 'look at these addresses in place of resolving the name', addToList)
    .option('--http-port <port>', 'where https URLs of another port than 443 have plain HTTP', parsePort)
    .option('--proxy <url>', 'connect to TLS endpoints through http://host:port or socks5://host:port')
    .option('--ca <file>', 'PEM file with the roots that certificates must chain to');
}

function addProbes(command: Command): Command {
  return command.option(
    '--probe <groups>',
    'also controls that have to be asked for: flaws, exhaustive, revocation, canaries, challenges, sampling, attempts',
    addToProbes,
  );
}

function addLimits(command: Command): Command {
  return command
    .optionsGroup('Limits:')
    .addOption(
      new Option('--timeout <duration>', 'for one connection or query')
        .argParser(parseDurationMs)
        .default(5_000, '5s'),
    )
    .addOption(
      new Option('--concurrency <number>', 'subjects at the same time')
        .argParser(parseConcurrency)
        .default(8),
    )
    .addOption(
      new Option('--max-rate <number>', 'connections a second, over all subjects').argParser(parseMaxRate),
    );
}

function addVerify(program: Command, io: Io, done: Done): void {
  program
    .command('verify')
    .description('check a bundle: signature, every hash, and the judgement again')
    .argument('<bundle>', 'the bundle folder')
    .option('--trust <file>', 'a public key that must have signed it (may be given again)', addToFiles)
    .addOption(new Option('--integrity-only', 'signature and hashes only').conflicts('rederive'))
    .option('--rederive', 'also make facts again from the transcripts of what was sent and received')
    .option('--json', 'print the result as JSON')
    .action(async (bundle, options) =>
      done(await (await import('./verify-command.ts')).runVerify(bundle, options, io)),
    );
}

function addToFiles(file: string, before: readonly string[] = []): readonly string[] {
  return [...before, file];
}

function addFromTheMiddle(program: Command, io: Io, done: Done): void {
  program
    .command('evaluate')
    .description('judge the observations of a bundle again')
    .argument('<bundle>', 'the bundle folder')
    .option(
      '--profile <profile>',
      'by this one in place of the recorded: id or file (may be given again)',
      addToFiles,
    )
    .option('--json', 'print the assessment as JSON')
    .action(async (bundle, options) =>
      done(await (await import('./evaluate-command.ts')).runEvaluate(bundle, options, io)),
    );
  program
    .command('report')
    .description('write reports of a bundle beside it, or print it in full')
    .argument('<bundle>', 'the bundle folder')
    .addOption(
      new Option('-f, --format <formats>', 'text, json, html, pdf')
        .argParser(addToFormats)
        .default(['text'], 'text'),
    )
    .addOption(new Option('--order <order>', 'what findings are ordered by').choices(['own-controls']))
    .action(async (bundle, options) =>
      done(await (await import('./report-command.ts')).runReport(bundle, options, io)),
    );
}

function addFindings(program: Command, io: Io, done: Done): void {
  program
    .command('findings')
    .description('what somebody has to see to: owner, first seen, due date')
    .argument('<bundle>', 'the bundle folder')
    .option('--owner <name>', "only what this owner answers for; '' for what nobody does")
    .option('--overdue', 'only what is past its due date')
    .option('--new', 'only what was open in no earlier bundle')
    .addOption(
      new Option('--severity <severity>', 'only this severity and above')
        .argParser(parseSeverity)
        .default('low'),
    )
    .option('--at <instant>', 'overdue as of then (default: when the bundle was judged)', parseInstant)
    .addOption(
      new Option('-f, --format <format>', 'text, json, csv').choices(['text', 'json', 'csv']).default('text'),
    )
    .action(async (bundle, options) =>
      done(await (await import('./findings-command.ts')).runFindings(bundle, options, io)),
    );
}

/** Formats that were asked for take the place of the default. */
function addToFormats(text: string): readonly string[] {
  return addToList(text);
}

function addDemo(program: Command, io: Io, done: Done): void {
  program
    .command('demo')
    .description('start a weak and a hardened system here, scan both, and show what comes out')
    .option('-o, --out <folder>', 'where to put it (default: ./assay-demo-<time>)')
    .action(async (options) => done(await (await import('./demo-command.ts')).runDemo(options, io)));
}

function addKeys(program: Command, io: Io, done: Done): void {
  const keys = program.command('keys').description('make and show signing keys');
  keys
    .command('new')
    .description('make an ES256 key pair')
    .argument('[name]', 'name of the key', 'default')
    .option('-o, --out <file>', 'the private key file (default: $XDG_CONFIG_HOME/assay/keys/<name>.pem)')
    .action(async (name, options) =>
      done(await (await import('./keys-command.ts')).runKeysNew(name, options, io)),
    );
  keys
    .command('show')
    .description('show the fingerprint and public half of a key')
    .argument('[name]', 'name or file of a private or public key', 'default')
    .action(async (name) => done(await (await import('./keys-command.ts')).runKeysShow(name, io)));
}

const alsoOwn = 'also controls and frameworks of your own (may be given again)';

function addControls(program: Command, io: Io, done: Done): void {
  const load = () => import('./controls-command.ts');
  const controls = program.command('controls').description('list, show, check, test and begin controls');
  controls
    .command('list')
    .description('every control, one a line')
    .option('--framework <id>', 'only those that are evidence toward it')
    .option('--controls <folder>', alsoOwn, addToFiles)
    .option('--json', 'print them as JSON')
    .action(async (options) => done(await (await load()).runControlsList(options, io)));
  controls
    .command('show')
    .description('what a control tests, what that proves, how to fix it')
    .argument('<id>', 'id of a control, or the beginning of ids')
    .option('--controls <folder>', alsoOwn, addToFiles)
    .option('--json', 'print it as JSON')
    .action(async (id, options) => done(await (await load()).runControlsShow(id, options, io)));
  controls
    .command('lint')
    .description('check control files as a scan would')
    .argument('[path...]', 'files or folders; none: the controls of assay')
    .action(async (paths) => done(await (await load()).runControlsLint(paths, io)));
  controls
    .command('test')
    .description('judge the cases of controls')
    .argument('[path...]', 'files or folders of controls; none: the controls of assay')
    .option('--mutate', 'also change everything that a control reads in its cases')
    .action(async (paths, options) =>
      done(await (await import('./controls-test.ts')).runControlsTest(paths, options, io)),
    );
  controls
    .command('new')
    .description('begin a control and its cases, which run as they stand')
    .argument('<id>', 'segment.group.name, as tls.cert.lifetime-limited')
    .addOption(
      new Option('--subject <kind>', "kind of system (default: that of the segment's facts)").choices(
        subjectKinds,
      ),
    )
    .option('-o, --out <folder>', 'folder that has, or gets, controls/ and tests/controls/', '.')
    .action(async (id, options) =>
      done(await (await import('./controls-new.ts')).runControlsNew(id, options, io)),
    );
}

function addProfiles(program: Command, io: Io, done: Done): void {
  const load = () => import('./profiles-command.ts');
  const profiles = program.command('profiles').description('list and show the profiles of assay');
  profiles
    .command('list')
    .description('every profile that comes with assay, one a line')
    .option('--json', 'print them as JSON')
    .action(async (options) => done(await (await load()).runProfilesList(options, io)));
  profiles
    .command('show')
    .description('what a profile selects and sets, and what it rests on')
    .argument('<profile>', 'id of a profile of assay, or a file')
    .option('--json', 'print it as JSON')
    .action(async (name, options) => done(await (await load()).runProfilesShow(name, options, io)));
}

function addFrameworks(program: Command, io: Io, done: Done): void {
  const load = () => import('./frameworks-command.ts');
  const frameworks = program.command('frameworks').description('list and show requirement trees');
  frameworks
    .command('list')
    .description('every framework, with its denominator')
    .option('--controls <folder>', alsoOwn, addToFiles)
    .option('--json', 'print them as JSON')
    .action(async (options) => done(await (await load()).runFrameworksList(options, io)));
  frameworks
    .command('show')
    .description('a whole requirement tree, or one requirement')
    .argument('<framework>', 'id of a framework')
    .argument('[requirement]', 'id of a requirement')
    .option('--controls <folder>', alsoOwn, addToFiles)
    .option('--json', 'print it as JSON')
    .action(async (id, requirement, options) =>
      done(await (await load()).runFrameworksShow(id, requirement, options, io)),
    );
}

function addGrants(program: Command, io: Io, done: Done): void {
  program
    .command('grants')
    .description(
      'print the SQL of the least-privileged role that assay looks with, or check a login against it',
    )
    .addArgument(new Argument('<kind>', 'kind of system').choices(['postgres']))
    .option('--role <name>', 'name of the role', 'assay')
    .addOption(
      new Option('--platform <platform>', 'where the server runs')
        .choices(grantsPlatforms)
        .default('self-managed'),
    )
    .option('--sampling', 'what lets the role have declared columns counted without reading them')
    .option('--target <id>', 'for --sampling: target of assay.yaml whose data is counted')
    .option('--log', 'with what reads the log of the server, for targets that declare it')
    .optionsGroup('Asking a server in place of printing:')
    .addOption(
      new Option(
        '--check <target>',
        'which of these rights the login of a target has: a URL, or an id of assay.yaml',
      ).conflicts(['role', 'platform', 'log', 'sampling']),
    )
    .option('-c, --config <file>', 'configuration file (default: $ASSAY_CONFIG, else ./assay.yaml)')
    .option('--ca <file>', 'PEM file with the roots that certificates must chain to')
    .addOption(
      new Option('--timeout <duration>', 'for one connection or query')
        .argParser(parseDurationMs)
        .default(5_000, '5s'),
    )
    .option('--json', 'print the answer as JSON')
    .action(async (_kind, options) =>
      done(await (await import('./grants-command.ts')).runGrants(options, io)),
    );
}
