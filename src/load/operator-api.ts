// What the load generator needs of the operators' API: two verbs, and a failure that says what to do.

export interface OperatorApi {
  get<Answer>(path: string): Promise<Answer>
  post<Answer>(path: string, body?: object): Promise<Answer>
}
