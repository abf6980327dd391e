import 'element-plus/es/components/date-picker/style/css'
import 'element-plus/es/components/dialog/style/css'
import 'element-plus/es/components/dropdown-item/style/css'
import 'element-plus/es/components/dropdown-menu/style/css'
import 'element-plus/es/components/dropdown/style/css'
import 'element-plus/es/components/input/style/css'
import 'element-plus/es/components/message-box/style/css'
import 'element-plus/es/components/message/style/css'
import 'element-plus/es/components/option/style/css'
import 'element-plus/es/components/pagination/style/css'
import 'element-plus/es/components/select/style/css'
import 'element-plus/theme-chalk/dark/css-vars.css'
import './styles/tokens.css'
import './styles/base.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { whenSessionEnds } from './api'
import { i18n } from './i18n'
import { readBrought } from './lib/brought'
import { makeRouter } from './router'
import { useSession } from '@/features/session/store'
import './lib/theme'

const app = createApp(App)
app.use(createPinia())
readBrought()
const router = makeRouter()
whenSessionEnds(() => {
  useSession().expire()
  if (router.currentRoute.value.name !== 'session') void router.replace({ name: 'session' })
})
app.use(i18n)
app.use(router)
app.mount('#app')
