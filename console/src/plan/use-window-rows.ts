import { type RefObject, useEffect, useState } from 'react';

export interface RowSpan {
  readonly first: number;
  /** One after the last. */
  readonly end: number;
}

/** Kept above and below the screen, so that scrolling and the Tab key always find a row. */
const spareRows = 12;

/** Which of many rows of one height stand on the screen, with a few to spare; the page itself scrolls. */
export function useWindowRows(box: RefObject<HTMLElement | null>, rowHeightPx: number): RowSpan {
  const [span, setSpan] = useState<RowSpan>({ first: 0, end: spareRows * 2 });
  useEffect(() => {
    let frame = 0;
    const measure = () => {
      frame = 0;
      if (!box.current) return;
      const above = -box.current.getBoundingClientRect().top;
      const top = Math.max(0, Math.floor(above / rowHeightPx));
      const first = Math.max(0, top - spareRows);
      const end = top + Math.ceil(window.innerHeight / rowHeightPx) + spareRows;
      setSpan((before) => (before.first === first && before.end === end ? before : { first, end }));
    };
    const soon = () => {
      if (frame === 0) frame = requestAnimationFrame(measure);
    };
    measure();
    window.addEventListener('scroll', soon, { passive: true });
    window.addEventListener('resize', soon);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener('scroll', soon);
      window.removeEventListener('resize', soon);
    };
  }, [box, rowHeightPx]);
  return span;
}
