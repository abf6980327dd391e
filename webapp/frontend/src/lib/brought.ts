/** What a sign-in provider sends the browser back with, to `/sign-in?state=...`: it stays neither in the address nor in the history. */

export interface Brought {
  state: string
  code: string
  iss: string
  error: string
}

let brought: Brought | null = null

/** Before there is a router: the address is that of the login page then. */
export function readBrought(): void {
  if (location.pathname !== '/sign-in') return
  const asked = new URLSearchParams(location.search)
  const of = (name: string, longest: number): string => (asked.get(name) ?? '').slice(0, longest)
  if (asked.get('state')) brought = { state: of('state', 200), code: of('code', 4000), iss: of('iss', 500), error: of('error', 200) }
  history.replaceState(null, '', '/#/login')
}

/** Once. */
export function takeBrought(): Brought | null {
  const found = brought
  brought = null
  return found
}
