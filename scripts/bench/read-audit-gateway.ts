export async function measureGateways(_: { dir: string; runs: number; seconds: number }) {
  return undefined;
}
