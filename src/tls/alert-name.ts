import { alerts } from './registry.ts';

/** The registered name of an alert, else its number. */
export function alertName(description: number): string {
  return alerts.get(description) ?? String(description);
}
