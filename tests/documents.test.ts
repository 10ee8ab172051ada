import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Command, CommanderError } from 'commander';
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../src/cli/exit-code.ts';
import { loadLibrary } from '../src/cli/library.ts';
import { buildProgram } from '../src/cli/program.ts';
import { parseAssayFile } from '../src/config/assay-file.ts';
import { parseCases } from '../src/config/case-file.ts';
import { checkLinks } from '../src/config/check-links.ts';
import { checkNames } from '../src/config/check-names.ts';
import { checkProfile } from '../src/config/check-profile.ts';
import { loadControl } from '../src/config/load-control.ts';
import { parseOwnControls } from '../src/config/own-controls.ts';
import { parseProfile } from '../src/config/profile.ts';
import { facts } from '../src/facts/index.ts';
import { AssayError } from '../src/model/index.ts';
import { legend } from '../src/report/legend.ts';
import { judge, observationsOf } from './control-cases.ts';
import {
  assayCommandsIn,
  blocksOf,
  documents,
  ioIn,
  proseOf,
  readDocument,
  tableBelow,
} from './documents.ts';

const readme = readDocument('README.md');

/** The real program, whose commands do nothing. */
function inertProgram(): Command {
  const program = buildProgram(
    ioIn('.', () => {}),
    () => {},
  );
  const disarm = (command: Command): void => {
    command.action(() => {});
    command.commands.forEach(disarm);
  };
  program.commands.forEach(disarm);
  return program;
}

/** Why the real program refuses a command, or undefined. */
async function refusalOf(words: readonly string[], mayBeIncomplete = false): Promise<string | undefined> {
  try {
    await inertProgram().parseAsync([...words], { from: 'user' });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const harmless = ['commander.version', 'commander.helpDisplayed', 'commander.help'];
    if (mayBeIncomplete) harmless.push('commander.missingArgument');
    return harmless.includes(error.code) ? undefined : error.message;
  }
}

describe('commands', () => {
  test.each(documents)('%s: the real program takes every command of a block', async (path) => {
    const blocks = blocksOf(readDocument(path)).filter(({ info }) => info.startsWith('sh'));
    const commands = blocks.flatMap(({ text }) => text.split('\n').flatMap(assayCommandsIn));
    for (const words of commands) expect(await refusalOf(words), words.join(' ')).toBeUndefined();
  });

  test.each(documents)('%s: the real program knows every command in the text', async (path) => {
    const spans = [...proseOf(readDocument(path)).matchAll(/`((?:npx )?assay [^`]+)`/g)];
    for (const [, text = ''] of spans) {
      for (const words of assayCommandsIn(text.replace(/ <command>/, '')))
        expect(await refusalOf(words, true), text).toBeUndefined();
    }
  });

  test('a command that is not there is noticed', async () => {
    expect(assayCommandsIn("A=b npx assay scan 'x y' --ca a.pem | less # assay no")).toEqual([
      ['scan', 'x y', '--ca', 'a.pem'],
    ]);
    expect(await refusalOf(['scan', '--no-such-option'])).toContain('unknown option');
    expect(await refusalOf(['sacn'])).toContain('unknown command');
    expect(await refusalOf(['verify'])).toContain('missing required argument');
    expect(await refusalOf(['scan', '--severity', 'grave'])).toContain('expected one of');
  });

  test.each(documents)('%s: every npm script is there', (path) => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object };
    const named = [...readDocument(path).matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name);
    expect(named.filter((name) => !Object.hasOwn(scripts, name ?? ''))).toEqual([]);
  });
});

describe('docs/cli.md', () => {
  const page = readDocument('docs/cli.md');
  const all = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(all)];
  const commands = inertProgram()
    .commands.flatMap(all)
    .map((command) => ({ command, usage: command.createHelp().commandUsage(command) }))
    .map(({ command, usage }) => ({ command, usage, path: usage.replace(/ [[<].*/, '') }));

  test('has every command and no other', () => {
    const headings = [...page.matchAll(/^###? (assay .*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(commands.map(({ path }) => path));
  });

  test.each(commands)('$path: every option, every default, the usage', ({ command, path, usage }) => {
    const level = path.split(' ').length;
    const options = command
      .createHelp()
      .visibleOptions(command)
      .filter(({ long }) => long !== '--help')
      .map(({ flags, defaultValue, defaultValueDescription }) => [
        flags,
        String(defaultValueDescription ?? defaultValue ?? ''),
      ]);
    const heading = `${'#'.repeat(level)} ${path}`;
    expect(tableBelow(page, heading).map(([flags, value]) => [flags, value])).toEqual(options);
    expect(page).toContain(`${heading}\n\n\`\`\`\n${usage}\n\`\`\`\n`);
  });

  test('README.md lists every command', () => {
    const rows = tableBelow(readme, '## Commands').map(([command]) => command);
    const top = commands.map(({ path }) => path).filter((path) => path.split(' ').length === 2);
    expect(rows).toEqual(top);
  });
});

test('README.md lists every exit code', () => {
  const codes = tableBelow(readme, '## Exit codes').map(([code]) => Number(code));
  expect(codes).toEqual(Object.values(exitCodes));
});

test('README.md holds the example configuration, which is valid', async () => {
  const example = readFileSync('docs/assay.example.yaml', 'utf8');
  expect(blocksOf(readme).find(({ info }) => info === 'yaml')?.text).toBe(example);
  const { controls, frameworks } = await loadLibrary();
  const file = parseAssayFile('docs/assay.example.yaml', example);
  const sources = controls.map(({ source }) => source.control);
  expect(() => checkNames(file, sources, frameworks)).not.toThrow();
});

test('docs/reports.md has the legend of every report', () => {
  const rows = tableBelow(readDocument('docs/reports.md'), '## Words');
  expect(rows).toEqual(legend.map(({ word, meaning }) => [word, meaning]));
});

describe('docs/tailoring.md', () => {
  const blocks = new Map(blocksOf(readDocument('docs/tailoring.md')).map(({ info, text }) => [info, text]));
  const block = (info: string): string => blocks.get(info) ?? '';

  test('its profile is one that a scan takes', async () => {
    const { controls, frameworks } = await loadLibrary();
    const file = parseProfile('profiles/card-data.yaml', block('yaml profile'), '');
    const sources = controls.map(({ source }) => source.control);
    expect(() => checkProfile(file, sources, frameworks)).not.toThrow();
  });

  test('its own controls are the same as YAML and as CSV', async () => {
    const { controls, frameworks } = await loadLibrary();
    const sources = controls.map(({ source }) => source.control);
    const parse = (name: string, text: string) => parseOwnControls(name, text, sources, frameworks);
    const own = parse('own.yaml', block('yaml own-controls'));
    expect(own).toHaveLength(2);
    expect(own[0]?.controls.length).toBeGreaterThan(2);
    expect(parse('own.csv', block('csv own-controls'))).toEqual(own);
  });
});

describe('docs/controls.md', () => {
  const page = readDocument('docs/controls.md');
  const blocks = new Map(blocksOf(page).map(({ info, text }) => [info, text]));
  const file = 'controls/tls/tls.cert.lifetime-limited.yaml';
  const control = loadControl(file, blocks.get('yaml control') ?? '', facts);

  test('its control is one that lint takes, and its cases hold', async () => {
    const { frameworks } = await loadLibrary();
    expect(() => checkLinks([control.parsed], frameworks)).not.toThrow();
    const { cases } = parseCases('cases.yaml', blocks.get('yaml cases') ?? '');
    const verdicts = [...cases.satisfied, ...cases.notSatisfied, ...cases.unseen].map((one) => {
      const { reason, exceptions } = judge(control, observationsOf(control, one), one.params);
      return [one.name, reason, exceptions.map(({ item }) => item)];
    });
    expect(verdicts).toEqual([
      ['ninety days', 'pass', []],
      ['a tighter limit', 'fail', cases.notSatisfied[0]?.exceptions],
      ['not reachable', 'unseen', []],
      ['not all certificates seen', 'unseen', []],
    ]);
  });

  test('lists the functions of assertions', () => {
    const [, list = ''] = /^Functions: ([\s\S]*?)\.$/m.exec(page) ?? [];
    const text = (blocks.get('yaml control') ?? '').replace(/^expect: .*$/m, "expect: \"'a'.matches('b')\"");
    expect(() => loadControl(file, text, facts)).toThrow(AssayError);
    expect(() => loadControl(file, text, facts)).toThrow(
      `expected one of ${list.replaceAll('`', '').replace(/\s+/g, ' ')}, got matches()`,
    );
  });
});

describe('links', () => {
  const slug = (heading: string): string =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-');
  const slugsOf = (path: string): readonly string[] =>
    [...proseOf(readDocument(path)).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => slug(heading));

  test.each(documents)('%s: each leads somewhere', (path) => {
    const prose = proseOf(readDocument(path));
    const links = [...prose.matchAll(/\]\(([^)\s]+)\)|src="([^"]+)"/g)].map(
      ([, link, src]) => link ?? src ?? '',
    );
    for (const link of links.filter((one) => !/^https?:/.test(one))) {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? path : join(dirname(path), file);
      expect(existsSync(target), link).toBe(true);
      if (anchor !== undefined) expect(slugsOf(target), link).toContain(anchor);
    }
  });
});
