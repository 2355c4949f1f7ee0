import { Fragment, type ReactNode } from 'react';

/** What WeCom draws of the little markup it takes; a preview leads nowhere and runs nothing. */
export function WecomText({ text }: { readonly text: string }) {
  const { body } = new DOMParser().parseFromString(text, 'text/html');
  return <>{childrenOf(body)}</>;
}

const classes: Readonly<Record<string, string>> = {
  gray: 'wx-gray',
  normal: 'wx-normal',
  highlight: 'wx-highlight',
};

function childrenOf(parent: Node): ReactNode[] {
  return [...parent.childNodes].map((node, index) => <Fragment key={index}>{shown(node)}</Fragment>);
}

function shown(node: Node): ReactNode {
  if (!(node instanceof Element)) return node.textContent;
  switch (node.localName) {
    case 'br':
      return <br />;
    case 'a':
      return <span className="wx-link">{childrenOf(node)}</span>;
    case 'div':
      return <div className={classes[node.className] ?? ''}>{childrenOf(node)}</div>;
    default:
      return childrenOf(node);
  }
}
