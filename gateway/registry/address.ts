import * as z from 'zod';
import { parseUrl } from './parse-url.ts';

/**
 * An address that is asked as it is written: nothing of it is left out on the way.
 * @param instead where a name and a password belong, as a sentence
 */
export const address = (instead: string) =>
  z.string().superRefine((text, { addIssue }) => {
    const url = parseUrl(text);
    const fault = (message: string): void => addIssue({ code: 'custom', message });
    if (!url || !['http:', 'https:'].includes(url.protocol)) return fault('This is no http or https address.');
    if (url.hash !== '') fault('Take away the # and what follows: it is never sent, and WebSocket refuses it.');
    if (url.username !== '' || url.password !== '') {
      fault(`Take away what stands before the @: a name and a password in an address are not sent. ${instead}`);
    }
  });
