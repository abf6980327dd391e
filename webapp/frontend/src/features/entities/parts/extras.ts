/** What a feature has to show under the form of its own entity, besides the fields: one line each. */
import { defineAsyncComponent, type Component } from 'vue'

export const EXTRAS: Readonly<Record<string, Component>> = {
  customers: defineAsyncComponent(() => import('@/features/customers/parts/Merges.vue')),
  prompts: defineAsyncComponent(() => import('@/features/prompts/parts/Sounds.vue')),
}
