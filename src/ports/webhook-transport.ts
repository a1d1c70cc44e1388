// Carries one signed message to one endpoint (Standard Webhooks). It reaches no private address unless
// its host is allowed by name, follows nobody anywhere else, and always comes to an end in time.
//
// Deliberately not in it: what to send to whom, and trying again.

export interface WebhookTransport {
  // Why nothing will ever be sent to this URL, in words for who asked; undefined: nothing is against it.
  refusal(url: string): string | undefined
  // A secret to sign with, in the form in which receivers know it.
  newSecret(): string
  // Resolves whatever comes of it; rejects only for a bug of ours.
  send(message: WebhookMessage): Promise<WebhookAnswer>
}

export interface WebhookMessage {
  url: string
  secrets: string[] // it is signed with each
  eventId: string
  atMs: number // of this try: receivers refuse old ones
  payload: string
  signal?: AbortSignal // aborted: it is given up, whether or not it has arrived
}

export type WebhookAnswer =
  | { result: 'delivered'; httpStatus: number }
  | { result: 'gone'; httpStatus: number } // it wants nothing any more
  | {
      result: 'failed'
      httpStatus: number | undefined // none came
      failure: string // in a few words
      retryAfterMs?: number | undefined // it asked to be left alone for as long
    }
