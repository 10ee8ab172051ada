import { startClock } from '../../src/auditlog/clock.ts';
import { continuityOf, type ServerCount } from '../../src/auditlog/continuity.ts';
import type { LogFormat } from '../../src/auditlog/entry.ts';
import type { Continuity } from '../../src/auditlog/facts/continuity.ts';
import { linePrefixOf } from '../../src/auditlog/line-prefix.ts';
import { startReader } from '../../src/auditlog/reader.ts';
import { startTracking } from '../../src/auditlog/tracking.ts';

export type Texts = Readonly<Partial<Record<LogFormat, readonly string[]>>>;

/** What files with these texts say, by form. */
export function continuityOfTexts(texts: Texts, server: ServerCount, prefix: string): Continuity {
  const clock = startClock();
  const tracks = Object.entries(texts).map(([format, files]) => {
    const tracker = startTracking(format as LogFormat, {
      numbered: format !== 'stderr' || linePrefixOf(prefix)?.fields.has('session') === true,
      windowStartMs: server.windowStartMs,
      digestBeforeMs: server.atMs,
    });
    for (const text of files) {
      tracker.file();
      const reader = startReader(format as LogFormat, tracker, { prefix: linePrefixOf(prefix), clock });
      reader.push(Buffer.from(text));
      reader.end();
    }
    return tracker.track;
  });
  return continuityOf(tracks, server);
}
