// When a block ends: typed in the zone of the operator, sent as an instant.

// Nothing is sent when nothing was typed: then it is for good.
export const endOf = (until: string): { until?: string } =>
  until === '' ? {} : { until: new Date(until).toISOString() }

export const hasPassed = (until: string): boolean =>
  until !== '' && !(new Date(until).getTime() > Date.now())
