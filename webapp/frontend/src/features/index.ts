/**
 * The features that have a page, in the order of the navigation: adding one is one line here.
 * Its page (NAME/Page.vue) and its words (NAME/words.*.ts; `NAME.nav` in the navigation) are found by its name.
 */
import type { IconName } from '@/components/icons'
import type { FeatureName } from '@/generated/features'

export interface Feature {
  name: FeatureName
  /** '/NAME' when left out */
  path?: string
  /** In the navigation; without one it does not stand there. */
  icon?: IconName
  /** Nobody: who is not logged in. */
  who: 'nobody' | 'anybody' | 'agents' | 'leaders' | 'admins'
  /** Without the navigation around it. */
  bare?: boolean
}

export const FEATURES: readonly Feature[] = [
  { name: 'session', path: '/login/:link?', who: 'nobody', bare: true },
  { name: 'desk', icon: 'desk', who: 'agents' },
  { name: 'panel', icon: 'panel', who: 'leaders' },
  { name: 'wallboard', icon: 'wall', who: 'leaders', bare: true },
  { name: 'reports', icon: 'chart', who: 'leaders' },
  { name: 'calls', icon: 'list', who: 'anybody' },
  { name: 'audit', icon: 'eye', who: 'admins' },
  { name: 'account', who: 'anybody' },
  { name: 'entities', path: '/setup/:entity?/:key?', icon: 'setup', who: 'admins' },
  { name: 'publication', path: '/publish', who: 'admins' },
]

/** Somebody who is logged in. */
export function mayOpen({ who }: Pick<Feature, 'who'>, session: { leads: boolean; admin: boolean; agentId: string }): boolean {
  if (who === 'admins') return session.admin
  if (who === 'agents') return !session.leads || session.agentId !== ''
  return who === 'leaders' ? session.leads : who === 'anybody'
}
