import { Buffer } from 'node:buffer';
import { certificateError, type DerValue, octets, tag } from './der.ts';

/**
 * A Time (RFC 5280 §4.1.2.5) as RFC 3339 UTC with milliseconds. UTCTime years from 50 on are of the twentieth century.
 *
 * @throws AssayError ERR_CERTIFICATE for a form that the RFC does not allow or a date that does not exist
 */
export function readTime(value: DerValue | undefined): string {
  const text = Buffer.from(octets(value)).toString('latin1');
  const digits = value?.type === tag.UTCTIME ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}` : text;
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(digits) ?? [];
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const instant = new Date(iso);
  if (Number.isNaN(instant.getTime()) || instant.toISOString() !== iso) {
    throw certificateError('a time as YYYYMMDDhhmmssZ', JSON.stringify(text.slice(0, 24)));
  }
  return iso;
}
