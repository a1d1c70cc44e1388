// An instant as others read it (RFC 3339).

// oxlint-disable-next-line no-restricted-globals -- it writes a time down, and reads no clock
export const instant = (atMs: number): string => new Date(atMs).toISOString()
