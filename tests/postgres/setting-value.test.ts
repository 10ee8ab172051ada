import { describe, expect, test } from 'vitest';
import { sessionSettings } from '../../src/postgres/session-settings.ts';
import {
  auditClassesOf,
  bytesOf,
  librariesOf,
  membersOf,
  millisecondsOf,
  numberOf,
  switchOf,
} from '../../src/postgres/setting-value.ts';

describe('a value as it was written, in the form of pg_settings', () => {
  test.each([
    ['15min', '900000'],
    ['15 min', '900000'],
    ['0.25h', '900000'],
    ['1e3', '1000'],
    ['500us', '0'],
    ['1500us', '2'],
    ['0.1d', '7200000'],
    ['010min', '480000'],
    ['0x10', '16'],
    ['08', undefined],
    ['-1', '-1'],
    [' 7s ', '7000'],
    ['7 S', undefined],
    ['7 parsecs', undefined],
    ['', undefined],
    ['soon', undefined],
    ['9e99', undefined],
  ])('a time %j is %j ms', (text, ms) => {
    expect(millisecondsOf(text)).toBe(ms);
  });

  test.each([
    ['64', '64'],
    ['1kB', '1024'],
    ['1KB', undefined],
    ['-1', '-1'],
  ])('a size %j is %j bytes', (text, bytes) => {
    expect(bytesOf(text)).toBe(bytes);
  });

  test.each([
    ['4096', '4096'],
    ['4096 s', undefined],
  ])('a number %j is %j', (text, number) => {
    expect(numberOf(text)).toBe(number);
  });

  test.each([
    ...['on', 'ON', 'true', 't', 'yes', 'y', '1'].map((text) => [text, 'on'] as const),
    ...['off', 'of', 'False', 'f', 'no', 'n', '0'].map((text) => [text, 'off'] as const),
    ...['o', '', 'maybe', '10'].map((text) => [text, undefined] as const),
  ])('a switch %j is %j', (text, value) => {
    expect(switchOf(text)).toBe(value);
  });

  test('a list', () => {
    expect(membersOf(' localhost , "10.0.0.1" ,, ')).toEqual(['localhost', '10.0.0.1']);
    expect(librariesOf('pgaudit, $libdir/plugins/trace, $libdir/other.so, /opt/own.so')).toEqual([
      ...['pgaudit', 'trace', 'other', '/opt/own'],
    ]);
  });

  test.each([
    ['ddl, role,write', ['ddl', 'role', 'write']],
    ['all, -misc, -MISC_SET', ['ddl', 'function', 'read', 'role', 'write']],
    ['-ddl, all', ['ddl', 'function', 'misc', 'misc_set', 'read', 'role', 'write']],
    ['all,-all', []],
    ['none', []],
    ['', []],
    ['everything', []],
  ])('pgaudit.log %j is %j', (text, classes) => {
    expect(auditClassesOf(text)).toEqual(classes);
  });
});

describe('less is logged', () => {
  test.each([
    ['log_statement', 'ddl', 'mod', true],
    ['log_statement', 'all', 'mod', false],
    ['log_statement', 'ddl', 'ddl', false],
    ['log_statement', 'some', 'ddl', undefined],
    ['log_min_messages', 'fatal', 'log', true],
    ['log_min_messages', 'log', 'error', true],
    ['log_min_messages', 'debug1', 'warning', false],
    ['log_min_error_statement', 'panic', 'error', true],
    ['log_min_duration_statement', '-1', '1000', true],
    ['log_min_duration_statement', '1001', '1000', true],
    ['log_min_duration_statement', '0', '-1', false],
    ['log_duration', 'off', 'on', true],
    ['log_error_verbosity', 'terse', 'default', true],
    ['pgaudit.log', 'all, -read', 'ddl', false],
    ['pgaudit.log', 'read', 'ddl', true],
    ['pgaudit.log_level', 'debug1', 'log', true],
    ['pgaudit.log_statement', 'off', 'on', true],
    ['pgaudit.log_statement_once', 'on', 'off', true],
    ['pgaudit.log_parameter_max_size', '64', '0', true],
    ['log_temp_files', '-1', '0', true],
    ['log_transaction_sample_rate', '0.1', '0.5', true],
    ['log_transaction_sample_rate', '1', '0.5', false],
    ['log_lock_waits', 'off', 'on', true],
  ])('%s = %s instead of %s: %s', (name, value, than, less) => {
    expect(sessionSettings[name]?.logsLess?.(value, than)).toBe(less);
  });
});
