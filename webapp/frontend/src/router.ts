/** Pages and who may open them. The part after '#' is the page, so that any plain file server can serve the build. */
import { createRouter, createWebHashHistory, type RouteRecordRaw, type Router } from 'vue-router'
import { useSession } from '@/features/session/store'

declare module 'vue-router' {
  interface RouteMeta {
    open?: boolean
    leads?: boolean
    agent?: boolean
    bare?: boolean
  }
}

export const routes: RouteRecordRaw[] = [
  { path: '/login', name: 'login', component: () => import('@/features/session/Page.vue'), meta: { open: true, bare: true } },
  { path: '/desk', name: 'desk', component: () => import('@/features/desk/Page.vue'), meta: { agent: true } },
  { path: '/panel', name: 'panel', component: () => import('@/features/panel/Page.vue'), meta: { leads: true } },
  { path: '/wallboard', name: 'wallboard', component: () => import('@/features/wallboard/Page.vue'), meta: { leads: true, bare: true } },
  { path: '/reports', name: 'reports', component: () => import('@/features/reports/Page.vue'), meta: { leads: true } },
  { path: '/calls', name: 'calls', component: () => import('@/features/calls/Page.vue') },
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
      if (to.name !== 'login') return { name: 'login' }
    }
    if (!session.user) return to.meta.open ? true : { name: 'login', query: to.name && to.name !== 'home' ? { to: to.fullPath } : {} }
    if (to.name === 'login') return session.home
    if (to.meta.leads && !session.leads) return session.home
    if (to.meta.agent && session.leads && !session.agentId) return session.home
    return true
  })
  return router
}
