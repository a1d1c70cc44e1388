// What the hook needs of whoever sends messages and calls people, and nothing else. A provider is a function
// that returns this (http-provider.ts is one). Each call may be repeated: a provider that is asked again
// after it failed must do no harm. Whether anybody listens is not asked.

export interface PhoneProvider {
  text(numbers: readonly string[], words: string): Promise<void> // rejects: nobody was told
  call(numbers: readonly string[], words: string): Promise<void> // reads the words to whoever answers
}
