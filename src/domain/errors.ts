// The world failed: an engine, a queue or a store could not be reached, or could not keep what it was
// given. An expected "no" is a value, never one of these; a bug is an assertion.

export type FailureCode =
  | 'STOCK_UNREACHABLE' // nothing is known of the attempt: it may have been decided
  | 'NOT_SENT' // it waited too long for its turn, or what it is sent to is known not to answer
  | 'STOCK_UNUSABLE' // it answers, and is not what a stock engine needs
  | 'QUEUE_UNREACHABLE' // the message may or may not have been kept
  | 'QUEUE_UNUSABLE' // it answers, and is not what this installation needs
  | 'STORE_UNREACHABLE' // nothing is known of the change
  | 'STORE_FULL' // the disk is full: this change is not kept
  | 'STORE_READ_ONLY' // the data folder cannot be written: this change is not kept
  | 'STORE_UNUSABLE' // it answers, and is not what this installation needs
  | 'STORE_CONFLICT' // the row breaks a constraint: it can never be kept as it is
  | 'IDENTITY_UNREACHABLE' // nobody can say now whose a token is
  | 'DATA_FOLDER_IN_USE' // another process owns the data folder
  | 'DATA_FOLDER_UNUSABLE' // it cannot be made, opened or written
  | 'BACKUP_UNUSABLE' // it cannot be written, is not whole, or not one of ours
  | 'INSTALLATION_UNUSABLE' // the program itself is not whole

export class EngineError extends Error {
  readonly code: FailureCode
  readonly place: string | undefined // of orders, and not home: what lies elsewhere goes on

  constructor(
    code: FailureCode,
    {
      message,
      cause,
      place,
    }: { message?: string; cause?: unknown; place?: string | undefined } = {},
  ) {
    super(message ?? code, { cause })
    this.name = 'EngineError'
    this.code = code
    this.place = place
  }
}

export const failureCode = (error: unknown): FailureCode | undefined =>
  error instanceof EngineError ? error.code : undefined

export const failedPlace = (error: unknown): string | undefined =>
  error instanceof EngineError ? error.place : undefined
