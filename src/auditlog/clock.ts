/** Reads times of a log, whose zones are abbreviations: what they stand for is learnt from sessions' starts. */
export interface LogClock {
  /** A session says when it began twice: in its id in seconds since 1970, and as text in the zone of the log. */
  learn(startText: string, startSeconds: number): void;
  /** Milliseconds since 1970; undefined where the text is no time, or its zone is not known. */
  utcMs(text: string): number | undefined;
}

const timeShape = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{3}))? (\S{1,40})$/;
const offsetShape = /^([+-])(\d\d)(?::?(\d\d))?$/;
const quarterMs = 15 * 60 * 1000;
const most = 64;

export function startClock(): LogClock {
  const offsets = new Map<string, number>([
    ['UTC', 0],
    ['GMT', 0],
    ['Z', 0],
  ]);
  const cache = { text: '', ms: 0 };
  return {
    learn: (startText, startSeconds) => {
      const parts = timeShape.exec(startText);
      const zone = parts?.[8];
      if (parts === null || zone === undefined || offsets.has(zone) || offsets.size >= most) return;
      const offsetMs = asUtc(parts) - startSeconds * 1000;
      if (offsetMs % quarterMs === 0) offsets.set(zone, offsetMs);
    },
    utcMs: (text) => {
      if (text === cache.text) return cache.ms;
      const parts = timeShape.exec(text);
      if (parts === null) return undefined;
      const zone = parts[8] ?? '';
      const offsetMs = offsets.get(zone) ?? numericOffset(zone);
      if (offsetMs === undefined) return undefined;
      cache.text = text;
      cache.ms = asUtc(parts) - offsetMs;
      return cache.ms;
    },
  };
}

function asUtc([, year, month, day, hour, minute, second, ms = '0']: readonly string[]): number {
  return Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    Number(ms),
  );
}

/** PostgreSQL writes zones without an abbreviation as `+0530` or `-03`. */
function numericOffset(zone: string): number | undefined {
  const parts = offsetShape.exec(zone);
  if (parts === null) return undefined;
  const minutes = Number(parts[2]) * 60 + Number(parts[3] ?? 0);
  return (parts[1] === '-' ? -minutes : minutes) * 60_000;
}
