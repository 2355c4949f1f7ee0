/** Asked of the system: people who get dizzy have things stand where they will stay. */
export const moves = !matchMedia('(prefers-reduced-motion: reduce)').matches;

export const scrolling: ScrollBehavior = moves ? 'smooth' : 'instant';
