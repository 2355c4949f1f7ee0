export function Brand() {
  return (
    <div className="brand">
      <svg width="28" height="28" viewBox="0 0 32 32" aria-hidden>
        <rect width="32" height="32" rx="8" fill="#1d5bd6" />
        <g fill="none" stroke="#fff" strokeWidth="2.4" strokeLinecap="round">
          <path d="M5 20h22" />
          <path d="M10 24V9M22 24V9" />
          <path d="M10 10.500c2 5 10 5 12 0" />
          <path d="M5 17c2.500-1 4-3 5-6M27 17c-2.500-1-4-3-5-6" />
        </g>
      </svg>
      <span>WeCom Bridge</span>
    </div>
  );
}
