/** What a feature has to show of its own at its entity: one line each. */
import { defineAsyncComponent, type Component } from 'vue'

/** Under the form, besides the fields. */
export const EXTRAS: Readonly<Record<string, Component>> = {
  customers: defineAsyncComponent(() => import('@/features/customers/parts/Merges.vue')),
  prompts: defineAsyncComponent(() => import('@/features/prompts/parts/Sounds.vue')),
  users: defineAsyncComponent(() => import('@/features/users/parts/EntryPanel.vue')),
}
/** Above the list, besides import and export. */
export const ACTIONS: Readonly<Record<string, Component>> = {
  users: defineAsyncComponent(() => import('@/features/users/parts/ListActions.vue')),
}
