/** Pages and who may open them. The part after '#' is the page, so that any plain file server can serve the build. */
import { createRouter, createWebHashHistory, type RouteRecordRaw, type Router } from 'vue-router'
import { FEATURES, mayOpen, type Feature } from '@/features'
import { useSession } from '@/features/session/store'

declare module 'vue-router' {
  interface RouteMeta {
    bare?: boolean
    needs?: Feature['needs']
  }
}

const PAGES = import.meta.glob('./features/*/Page.vue')

export const routes: RouteRecordRaw[] = [
  ...FEATURES.map(({ name, path = `/${name}`, bare, needs }) => ({ path, name, component: PAGES[`./features/${name}/Page.vue`]!, meta: { bare, needs } })),
  { path: '/:rest(.*)*', redirect: '/' },
  { path: '/', name: 'home', redirect: () => useSession().home },
]

export function makeRouter(): Router {
  const router = createRouter({ history: createWebHashHistory(), routes })
  router.beforeEach(async (to) => {
    const session = useSession()
    try {
      await session.restore()
    } catch {
      // The server cannot be asked now: the login page says so when it is used.
      if (to.name !== 'session') return { name: 'session' }
    }
    if (to.name === 'session' && to.params.link) return true // a one-time link is for whoever has it
    const { needs = 'nobody' } = to.meta
    if (!session.user) return needs === 'nobody' && to.name === 'session' ? true : { name: 'session', query: to.name && to.name !== 'home' ? { to: to.fullPath } : {} }
    return to.path === session.home || (typeof to.name === 'string' && mayOpen({ name: to.name as Feature['name'], needs }, session.user)) || session.home
  })
  hearEarly(router)
  return router
}

/** Until the first page has come the router does not hear the address: where somebody goes meanwhile is gone to then. */
function hearEarly(router: Router): void {
  let asked = ''
  const hear = (): void => void (asked = location.hash.slice(1))
  window.addEventListener('hashchange', hear)
  const ready = (): void => {
    window.removeEventListener('hashchange', hear)
    if (asked && asked !== router.currentRoute.value.fullPath) void router.push(asked)
  }
  void router.isReady().then(ready, ready)
}
