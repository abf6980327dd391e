/** The day that a list shows: today in the centre's zone. Until the zone is known today may be another day. */
import { ref, watch, type Ref } from 'vue'
import { useCentre } from '@/stores/centre'
import { clock } from './clock'
import { dayOf } from './format'

export const today = (zone = useCentre().zone): string => dayOf(clock.now(), zone)

/** Begins as today and follows the zone as long as nobody chose another day. */
export function useDay(): Ref<string> {
  const day = ref(today())
  watch(
    () => useCentre().zone,
    (zone, before) => {
      if (day.value === today(before)) day.value = today(zone)
    },
  )
  return day
}
