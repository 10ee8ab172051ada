import { parentPort, workerData } from 'node:worker_threads';
import { campaign } from './campaign.js';

const { name, minutes, ...options } = workerData;
const ended = await campaign(name, {
  ...options,
  deadline: performance.now() + minutes * 60_000,
  tell: (message) => parentPort.postMessage(message),
});
parentPort.postMessage({ kind: 'ended', ...ended });
