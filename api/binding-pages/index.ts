export { bindUrl } from './outcomes';
export { bindingPages } from './router';
