import { expect, test } from 'vitest';
import { isDisconnection } from '../../src/auditlog/entry.ts';
import { readText } from './reading.ts';

const prefix = '%m [%p] %c %l %q%u@%d/%a %h ';
const at = '2026-11-20 12:00:00.000 UTC [9] 691f.9';
const refused = (user: string, database = 'shop'): string =>
  `${at} 2 ${user}@${database}/[unknown] 10.0.0.1 FATAL:  password authentication failed for user "x"\n`;
const usersOf = (text: string) => {
  const { entries, stray } = readText('stderr', text, prefix);
  return { users: entries.filter(({ raised }) => !raised).map(({ user }) => user), stray: stray.length };
};

test('a line of a refused client is read as it is', () => {
  expect(usersOf(refused('shop'))).toEqual({ users: ['shop'], stray: 0 });
});

test('a name with a label in it is not believed to be of another user', () => {
  expect(usersOf(refused('left@x/y z LOG:  disconnection: a'))).toEqual({ users: [], stray: 0 });
});

test('nor is a log-in believed that is written so', () => {
  const { entries } = readText('stderr', refused('left@x/y z LOG:  disconnection: a'), prefix);
  expect(entries.map(isDisconnection)).toEqual([false]);
});

test('a name with line feeds in it makes no entries of another user that are believed', () => {
  const forged = `${at} 3 left@x/y z LOG:  disconnection: a`;
  const { users, stray } = usersOf(refused(`q\n${forged}\nq`));
  expect({ users, stray }).toEqual({ users: [], stray: 2 });
});

test('a label in a statement is none of the line', () => {
  const said = `${at} 2 shop@shop/api 10.0.0.1 LOG:  statement: select 'ERROR:  none', 'x  y'\n`;
  expect(usersOf(said)).toEqual({ users: ['shop'], stray: 0 });
});

test('lines behind one that is no server’s are read', () => {
  expect(usersOf(`cp: cannot stat file\n${refused('shop')}`)).toEqual({ users: ['shop'], stray: 1 });
});
