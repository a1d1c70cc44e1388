// How deliveries are selected.

export const DELIVERY = `
  select
    cast(delivery_id as text) as deliveryId,
    cast(endpoint_id as text) as endpointId,
    event_id as eventId,
    type,
    subject,
    payload,
    status,
    attempts,
    created_at as createdAtMs,
    next_attempt_at as nextAttemptAtMs,
    last_attempt_at as lastAttemptAtMs,
    last_http_status as httpStatus,
    last_failure as failure,
    finished_at as finishedAtMs
  from webhook_deliveries
`
