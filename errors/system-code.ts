/** The code of an error of the operating system (ENOENT, EPIPE), undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('syscall' in error) || !('code' in error))
    return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
