/** The day that a list shows: today in the centre's zone. Until the zone is known today may be another day. */
import { ref, watch, type Ref } from 'vue'
import { useCentre } from '@/features/centre/store'
import { clock } from './clock'
import { dayOf } from './format'

export const today = (zone = useCentre().zone): string => dayOf(clock.now(), zone)

/** Days from the first to the last, both included: begins as today and follows the zone as long as nobody chose another day. */
export function useSpan(): Ref<[string, string]> {
  const span = ref<[string, string]>([today(), today()])
  watch(
    () => useCentre().zone,
    (zone, before) => {
      if (span.value.every((day) => day === today(before))) span.value = [today(zone), today(zone)]
    },
  )
  return span
}
