import type { Point, Problem, Step, Trouble } from './types'

/**
 * What the server refused, or that it could not be reached (status 0). The message is what, where and how to mend it, in the
 * reader's language; code is a stable word for programs.
 */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly field: string
  readonly place: Point | undefined
  /** All that stands in the way, where it is more than one thing. */
  readonly problems: readonly Trouble[]
  /** What was done since to what a stale edit stands on. */
  readonly since: readonly Step[]

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.detail || problem.title || `HTTP ${problem.status ?? 0}`, options)
    this.name = 'ApiError'
    this.status = problem.status ?? 0
    this.code = problem.code ?? ''
    this.field = problem.field ?? ''
    this.place = problem.place
    this.problems = problem.problems ?? []
    this.since = problem.since ?? []
  }

  /** The server could not be reached. */
  get offline(): boolean {
    return this.status === 0
  }

  /** Somebody changed what this edit stands on. */
  get stale(): boolean {
    return this.status === 412
  }

  /** There is no session any more. */
  get signedOut(): boolean {
    return this.status === 401
  }
}

/** The error a response carries, also where a proxy answered with something that is not problem+json. */
export async function errorOf(response: Response): Promise<ApiError> {
  const type = response.headers.get('content-type') ?? ''
  let problem: Problem = {}
  if (type.includes('json')) {
    try {
      problem = (await response.json()) as Problem
    } catch (cause) {
      return new ApiError({ status: response.status, title: response.statusText }, { cause })
    }
  }
  return new ApiError({ title: response.statusText, ...problem, status: response.status })
}
