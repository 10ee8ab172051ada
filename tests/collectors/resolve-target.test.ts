import { describe, expect, test, vi } from 'vitest';
import { type FindAddresses, resolveTarget } from '../../src/collectors/resolve-target.ts';
import type { Target } from '../../src/model/index.ts';
import { sideOf, sidesOf, systemOf } from '../../src/model/index.ts';
import { never, target } from './fake-collector.ts';

const running = new AbortController().signal;

async function resolved(of: Partial<Target>, find: FindAddresses = async () => [], signal = running) {
  const { subjects, failure } = await resolveTarget({ ...target, ...of }, signal, find);
  return { subjects: subjects.map(({ id, address }) => [id, address]), code: failure?.code };
}

test('an https target is one system with an HTTP side at each address, and no other target has one', async () => {
  const find = async () => ['192.0.2.1', '2001:db8::1'];
  const { subjects } = await resolveTarget(target, running, find);
  expect(sidesOf(target)).toEqual([]);
  const sides = sidesOf({ ...target, http: { paths: ['/'] } });
  const both = subjects.flatMap((one) => [one, ...sides.map((kind) => sideOf(one, kind))]);
  expect(both.map(({ id, kind, address }) => [id, kind, address])).toEqual([
    ['web~192.0.2.1', target.kind, '192.0.2.1'],
    ['web~192.0.2.1~http', 'http-api', '192.0.2.1'],
    ['web~2001:db8::1', target.kind, '2001:db8::1'],
    ['web~2001:db8::1~http', 'http-api', '2001:db8::1'],
  ]);
  expect(new Set(both.map(systemOf))).toEqual(new Set(subjects.map(({ id }) => id)));
});

describe('the subjects of a target', () => {
  test('one address: the target itself', async () => {
    expect(await resolved({}, async () => ['192.0.2.1', '192.0.2.1'])).toEqual({
      subjects: [['web', '192.0.2.1']],
    });
  });

  test('several: one each, in an order that no name server decides', async () => {
    const subjects = [
      ['web~192.0.2.1', '192.0.2.1'],
      ['web~2001:db8::1', '2001:db8::1'],
    ];
    expect(await resolved({}, async () => ['2001:db8::1', '192.0.2.1'])).toEqual({ subjects });
  });

  test('the first alone, in the order of the name server, with those that are not looked at', async () => {
    const find = async () => ['2001:db8::1', '192.0.2.2', '192.0.2.1', '2001:db8::1'];
    const { subjects } = await resolveTarget({ ...target, addressChoice: 'first' }, running, find);
    expect(subjects).toMatchObject([
      { id: 'web', address: '2001:db8::1', otherAddresses: ['192.0.2.1', '192.0.2.2'] },
    ]);
    const single = await resolveTarget({ ...target, addressChoice: 'first' }, running, async () => [
      '192.0.2.1',
    ]);
    expect(single.subjects).toHaveLength(1);
    expect(single.subjects[0]).not.toHaveProperty('otherAddresses');
  });

  test('given addresses are not asked for', async () => {
    const find = vi.fn(async () => ['192.0.2.9']);
    expect(await resolved({ addresses: ['192.0.2.2', '192.0.2.1'] }, find)).toMatchObject({
      subjects: [
        ['web~192.0.2.1', '192.0.2.1'],
        ['web~192.0.2.2', '192.0.2.2'],
      ],
    });
    for (const host of ['192.0.2.3', '2001:db8::3'])
      expect(await resolved({ host }, find)).toEqual({ subjects: [['web', host]] });
    expect(await resolved({ host: '/run/postgresql' }, find)).toEqual({ subjects: [['web', undefined]] });
    expect(find).not.toHaveBeenCalled();
  });
});

describe('a name that leads nowhere is one subject, with the reason', () => {
  const refusing = (code: string) => () => Promise.reject(Object.assign(new Error('canary'), { code }));
  test.each([
    ['unknown', refusing('ENOTFOUND'), 'ERR_UNRESOLVED'],
    ['no answer of the name server', refusing('EAI_AGAIN'), 'ERR_UNRESOLVED'],
    ['another trouble', refusing('EAI_MEMORY'), 'ERR_UNRESOLVED'],
  ])('%s', async (_, find, code) => {
    expect(await resolved({}, find)).toEqual({ subjects: [['web', undefined]], code });
  });

  test('a name server that is silent does not hold a scan that was stopped', async () => {
    const scan = new AbortController();
    const waiting = resolved({}, () => never(), scan.signal);
    scan.abort('SIGINT');
    expect(await waiting).toEqual({ subjects: [['web', undefined]], code: 'ERR_INTERRUPTED' });
    expect((await resolved({}, () => never(), AbortSignal.abort('SIGTERM'))).code).toBe('ERR_INTERRUPTED');
  });
});
