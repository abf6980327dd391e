/**
 * The features that have a page, in the order of the navigation: adding one is one line here.
 * Its page (NAME/Page.vue) and its words (NAME/words.*.ts; `NAME.nav` in the navigation) are found by its name.
 */
import type { IconName } from '@/components/icons'
import type { User } from '@/generated/api'
import type { FeatureName } from '@/generated/features'
import type { RightName } from '@/generated/rights'

export interface Feature {
  name: FeatureName
  /** '/NAME' when left out */
  path?: string
  /** In the navigation; without one it does not stand there. */
  icon?: IconName
  /** The right that its page needs ('setup': one to see something of it); anybody who is logged in; nobody: who is not. */
  needs: RightName | 'setup' | 'anybody' | 'nobody'
  /** Under the heading Setup of the navigation; others are for every day. */
  setup?: boolean
  /** Without the navigation around it. */
  bare?: boolean
}

export const FEATURES: readonly Feature[] = [
  { name: 'session', path: '/login/:link?', needs: 'nobody', bare: true },
  { name: 'desk', icon: 'desk', needs: 'commands.own' },
  { name: 'panel', icon: 'panel', needs: 'panel.see' },
  { name: 'wallboard', icon: 'wall', needs: 'panel.see', bare: true },
  { name: 'reports', icon: 'chart', needs: 'reports.see' },
  { name: 'calls', icon: 'list', needs: 'calls.see' },
  { name: 'messages', icon: 'mail', needs: 'messages.handle' },
  { name: 'start', path: '/setup/start', icon: 'flag', setup: true, needs: 'setup.start' },
  { name: 'entities', path: '/setup/:entity?/:key?', icon: 'setup', setup: true, needs: 'setup' },
  { name: 'publication', path: '/publish', icon: 'upload', setup: true, needs: 'setup.draft' },
  { name: 'audit', icon: 'eye', setup: true, needs: 'audit.see' },
  { name: 'account', needs: 'anybody' },
]

type Me = Pick<User, 'agent_id' | 'rights'>

/** Somebody who is logged in. A desk is an agent's. */
export function mayOpen({ name, needs }: Pick<Feature, 'name' | 'needs'>, me: Me): boolean {
  if (name === 'desk' && !me.agent_id) return false
  if (needs === 'setup') return Object.keys(me.rights).some((right) => right.startsWith('setup.') && right.endsWith('.see'))
  return needs === 'anybody' || needs in me.rights
}

/** Where somebody begins: the panel, else the first page that there is for them. */
export function homeOf(me: Me): string {
  const open = FEATURES.filter((feature) => mayOpen(feature, me))
  const first = open.find(({ name }) => name === 'panel') ?? open[0]
  return first ? first.path?.replace(/\/:.*/, '') || `/${first.name}` : '/login'
}
