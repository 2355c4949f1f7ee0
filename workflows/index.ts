export { directoryPull } from './directory-pull';
