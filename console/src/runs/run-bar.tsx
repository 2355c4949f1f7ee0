import type { Run } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { countLooks } from './counts';

/** Kinds of change side by side, each as long as it is large; the words beside it say the same. */
export function RunBar({ run }: { readonly run: Run }) {
  const { maybe, number } = useLanguage();
  const parts = countLooks.filter(({ name, bar }) => bar !== undefined && (run.counts[name] ?? 0) > 0);
  const sum = parts.reduce((all, { name }) => all + (run.counts[name] ?? 0), 0);
  if (sum === 0) return null;
  return (
    <span className="run-bar" aria-hidden>
      {parts.map(({ name, bar }) => (
        <span
          key={name}
          className={`run-bar-part bar-${bar}`}
          style={{ flexGrow: run.counts[name] ?? 0 }}
          title={`${maybe(`count.${name}`) ?? name} ${number(run.counts[name] ?? 0)}`}
        />
      ))}
    </span>
  );
}
