/** Where a field or a form wants an input of its own. */
import type { Component } from 'vue'
import ColourInput from '@/features/look/parts/ColourInput.vue'
import DaysInput from './DaysInput.vue'
import OpeningsInput from './OpeningsInput.vue'
import OpenNow from './OpenNow.vue'
import RightsInput from './RightsInput.vue'
import WeekInput from './WeekInput.vue'

/** By ENTITY.FIELD: given id, label, described, and the value as its model. */
export const INPUTS: Record<string, Component> = {
  'look.accent': ColourInput,
  'roles.rights': RightsInput,
  'hours.week': WeekInput,
  'hours.special_days': DaysInput,
  'hours.holiday': OpeningsInput,
}
/** By entity: over its form, given the record as it is written. */
export const ABOVE: Record<string, Component> = { hours: OpenNow }
