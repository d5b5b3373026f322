import { askForKey, knownKey } from './key';

/** Something went wrong, and the message says what and what to do about it. */
export class Problem extends Error {
  constructor(message: string, readonly type = '') {
    super(message);
  }
}

/** Asks the server; what it refuses becomes a Problem. */
export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const key = knownKey();
  let answer: Response;
  try {
    answer = await fetch(path, key ? { ...init, headers: { ...init.headers, 'X-Api-Key': key } } : init);
  } catch (error) {
    if (init.signal?.aborted)
      throw error;
    throw new Problem('The Mien server does not answer. Start it with ./mien serve, then try again.');
  }
  if (answer.ok)
    return answer;
  if (answer.status === 401 && await askForKey())
    return ask(path, init);
  const problem = await answer.json().catch(() => ({})) as { type?: string; title?: string; detail?: string };
  throw new Problem(problem.detail ?? problem.title ?? `The server answered with status ${answer.status}. Its log says more.`, problem.type);
}

export async function askJson<T>(path: string, init?: RequestInit): Promise<T> {
  return await (await ask(path, init)).json() as T;
}

/** Sends a text of JSON. */
export function post(path: string, json: string): Promise<Response> {
  return ask(path, { method: 'POST', body: json, headers: { 'Content-Type': 'application/json' } });
}
