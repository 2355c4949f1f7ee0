import type { OaDepartment, OaSubcompany } from './directory';

/** Where in the organisation a text points to. */
export type Place = { readonly kind: 'subcompany' | 'department'; readonly id: string };
export type FoundPlace =
  { readonly found: 'one'; readonly place: Place } | { readonly found: 'none' | 'several' };

type Node = Place & {
  readonly name: string;
  readonly parentKey: string | null;
};

const separator = '/';

/**
 * Finds subcompanies and departments by id or by path ("总部/研发部"). A path may leave out its beginning where what
 * remains means one place only.
 */
export class Places {
  private readonly departments = new Set<string>();
  private readonly subcompanies = new Set<string>();
  private readonly byWholePath = new Map<string, Place[]>();
  private readonly byEndOfPath = new Map<string, Place[]>();

  constructor({
    subcompanies,
    departments,
  }: {
    readonly subcompanies: readonly Pick<OaSubcompany, 'id' | 'name' | 'parentId'>[];
    readonly departments: readonly Pick<OaDepartment, 'id' | 'name' | 'parentId' | 'subcompanyId'>[];
  }) {
    const nodes = new Map<string, Node>();
    for (const { id, name, parentId } of subcompanies) {
      this.subcompanies.add(id);
      nodes.set(`s:${id}`, { kind: 'subcompany', id, name, parentKey: parentId && `s:${parentId}` });
    }
    for (const { id, name, parentId, subcompanyId } of departments) {
      this.departments.add(id);
      const parentKey = parentId !== null ? `d:${parentId}` : subcompanyId && `s:${subcompanyId}`;
      nodes.set(`d:${id}`, { kind: 'department', id, name, parentKey });
    }
    for (const node of nodes.values()) this.index(node, nodes);
  }

  findDepartment(text: string): FoundPlace {
    if (this.departments.has(text)) return one({ kind: 'department', id: text });
    return this.byPath(text);
  }

  findSubcompany(text: string): FoundPlace {
    if (this.subcompanies.has(text)) return one({ kind: 'subcompany', id: text });
    return this.byPath(text);
  }

  private byPath(text: string): FoundPlace {
    const path = normal(text);
    const candidates = this.byWholePath.get(path) ?? this.byEndOfPath.get(path) ?? [];
    const [first] = candidates;
    if (first === undefined) return { found: 'none' };
    return candidates.length === 1 ? one(first) : { found: 'several' };
  }

  private index(node: Node, nodes: ReadonlyMap<string, Node>): void {
    const names = [node.name.trim()];
    const seen = new Set<Node>([node]);
    for (let key = node.parentKey; key !== null;) {
      const parent = nodes.get(key);
      // A circle is told by the check of the directory; here it must only end.
      if (parent === undefined || seen.has(parent)) break;
      seen.add(parent);
      names.unshift(parent.name.trim());
      key = parent.parentKey;
    }
    const place: Place = { kind: node.kind, id: node.id };
    push(this.byWholePath, names.join(separator), place);
    for (let from = 1; from < names.length; from++) {
      push(this.byEndOfPath, names.slice(from).join(separator), place);
    }
  }
}

function one(place: Place): FoundPlace {
  return { found: 'one', place };
}

function normal(path: string): string {
  return path
    .split(/[/／>＞]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join(separator);
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
