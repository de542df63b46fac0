/** Whether a host, as a URL or a setting names it, is always this machine. */
export const isLoopbackHost = (host: string): boolean => /^(?:localhost|127(?:\.\d+){1,3}|::1|\[::1\])$/.test(host);
