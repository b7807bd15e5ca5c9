import { mount } from 'svelte'
import '$shared/tokens.css'
import './field.css'
import App from './App.svelte'
import { page } from './offline/page.svelte'

const target = document.getElementById('app')
if (!target) throw new Error('index.html has no element #app')
mount(App, { target })
void page.keep()
