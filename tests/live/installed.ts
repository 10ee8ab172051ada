import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Ended } from '../cli/terminal.ts';

/** Builds the package into a folder of its own, as an installation has it, readable by every account. */
export async function install(folder: string): Promise<string> {
  const root = join(folder, 'package');
  mkdirSync(root);
  const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'));
  const options = ['-p', 'tsconfig.json', '--outDir', join(root, 'dist'), '--declaration', 'false'];
  await promisify(execFile)(process.execPath, [join(typescript, 'bin/tsc'), ...options]);
  for (const name of ['bin', 'controls', 'reports', 'package.json', 'rolldown.config.js'])
    cpSync(name, join(root, name), { recursive: true });
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  await promisify(execFile)(process.execPath, [join(root, 'dist/cli/compile-library.js')]);
  const rolldown = join(
    dirname(createRequire(import.meta.url).resolve('rolldown/package.json')),
    'bin/cli.mjs',
  );
  await promisify(execFile)(process.execPath, [rolldown, '-c'], { cwd: root });
  chmodSync(join(root, 'bin/assay.js'), 0o755);
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink())
      chmodSync(
        join(entry.parentPath, entry.name),
        entry.isDirectory() || /\bbin$/.test(entry.parentPath) ? 0o755 : 0o644,
      );
  }
  for (const path of [folder, root]) chmodSync(path, 0o755);
  return root;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended & { readonly signal: NodeJS.Signals | null }>;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly account?: { readonly uid: number; readonly gid: number } | undefined;
}

/** Starts a program and gathers what it prints. */
export function run(program: string, argv: readonly string[], options: RunOptions): Running {
  const child = spawn(program, argv, {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'], ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options.account,
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    written.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    written.stderr += chunk;
  });
  const ended = new Promise<Ended & { readonly signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ exitCode: code ?? -1, signal, ...written }));
  });
  return { child, ended };
}

/** An account without rights; undefined where this one has none to give away, or Node is out of reach for others. */
export function ordinaryAccount(): RunOptions['account'] {
  const reachable = (path: string): boolean =>
    (statSync(path).mode & 0o001) !== 0 && (path === '/' || reachable(dirname(path)));
  const ours = process.getuid?.() === 0 && reachable(process.execPath) && reachable(resolve('node_modules'));
  return ours ? { uid: 65_534, gid: 65_534 } : undefined;
}
