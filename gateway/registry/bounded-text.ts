/** More than any schema or any page of rows needs; enough to stop an answer that would fill the memory. */
const largestAnswer = 10 * 1024 * 1024;

/** The text of an answer's body. @throws AnswerTooLarge above 10 MB; the stream, and with it the connection, is closed. */
export async function readBounded(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    // Leaving the loop destroys the stream.
    if (size > largestAnswer) throw new AnswerTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export class AnswerTooLarge extends Error {
  override readonly message = `the answer is larger than ${largestAnswer / 1024 / 1024} MB`;
}
