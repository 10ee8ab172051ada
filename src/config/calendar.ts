/** True for a day that exists, written `2026-01-31`. */
export function isCalendarDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00.000Z`);
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(text);
}

/** True for an instant that exists, written `2026-01-31T12:00:00.000Z`. */
export function isInstant(text: string): boolean {
  const time = Date.parse(text);
  return Number.isFinite(time) && new Date(time).toISOString() === text;
}
