import { Input } from 'antd';
import { useEffect, useState } from 'react';

/** Whoever types on is not interrupted by what they have typed so far. */
const typingPauseMs = 300;

interface SearchWordsProps {
  readonly label: string;
  readonly words: string;
  readonly onChange: (words: string) => void;
}

export function SearchWords({ label, words, onChange }: SearchWordsProps) {
  const [typed, setTyped] = useState(words);
  useEffect(() => {
    if (typed.trim() === words) return;
    const timer = setTimeout(() => onChange(typed.trim()), typingPauseMs);
    return () => clearTimeout(timer);
  }, [typed, words, onChange]);
  return (
    <Input.Search
      className="members-search"
      allowClear
      aria-label={label}
      placeholder={label}
      value={typed}
      onChange={({ target }) => setTyped(target.value)}
      onSearch={(value) => onChange(value.trim())}
    />
  );
}
