import { Parser } from 'xml2js';

/** WeCom's XML as nested plain values; repeated elements become arrays, so a reader decides what it expects. */
export type XmlNode = string | XmlNode[] | { readonly [name: string]: XmlNode };

// The largest real callback is a change of a whole tag, a few hundred kilobytes in few elements.
const maxXmlChars = 1024 * 1024;
const maxElements = 5_000;
/** WeCom's deepest are attributes of attributes: five. */
const maxDepth = 16;

export async function parseCallbackXml(xml: string): Promise<{ readonly [name: string]: XmlNode }> {
  if (xml.length > maxXmlChars) throw new Error('callback XML too large');
  assertPlain(xml);
  const parser = new Parser({ explicitArray: false, explicitRoot: false, ignoreAttrs: true, strict: true });
  const root = (await parser.parseStringPromise(xml)) as XmlNode | null;
  if (root === null || typeof root !== 'object' || Array.isArray(root))
    throw new Error('callback XML without fields');
  return root;
}

/** WeCom's elements have no attributes. */
const tag = /<(\/?)[A-Za-z_][\w.-]{0,127}\s{0,8}(\/?)>/y;

/**
 * Elements, text and CDATA, not too many and not too deep, before any parser sees them: with a document type come
 * entities that grow without bounds, and what nests a hundred thousand times exhausts whoever walks it.
 */
function assertPlain(xml: string): void {
  let depth = 0;
  let elements = 0;
  for (let at = xml.indexOf('<'); at !== -1; at = xml.indexOf('<', at)) {
    if (xml.startsWith('<![CDATA[', at)) at = after(xml, ']]>', at);
    else if (xml.startsWith('<?', at)) at = after(xml, '?>', at);
    else {
      tag.lastIndex = at;
      const [whole, closes, isEmpty] = tag.exec(xml) ?? [];
      if (whole === undefined) throw new Error('callback XML with more than elements and text');
      elements += 1;
      depth += closes === '/' ? -1 : isEmpty === '/' ? 0 : 1;
      if (depth > maxDepth) throw new Error('callback XML nested too deeply');
      if (elements > 2 * maxElements) throw new Error('callback XML with too many elements');
      at += whole.length;
    }
  }
  if (depth !== 0 || elements === 0) throw new Error('callback XML that ends in the middle');
}

/** Neither can hold a "<", so that nobody makes these look far for their end. */
const encryptField = /<Encrypt>(?:<!\[CDATA\[([\w+/=\s-]*)\]\]>|([\w+/=\s-]*))<\/Encrypt>/g;
const agentField = /<AgentID>(?:<!\[CDATA\[([\w-]*)\]\]>|([\w-]*))<\/AgentID>/g;

/** Two fields of three: not worth a parser at five hundred a second. What is in them is checked by the signature. */
export function readCallbackEnvelope(xml: string): {
  readonly encrypted?: string;
  readonly agentId?: string;
} {
  if (xml.length > maxXmlChars) throw new Error('callback XML too large');
  assertPlain(xml);
  const encrypted = onlyOne(xml, encryptField);
  const agentId = onlyOne(xml, agentField);
  return {
    ...(encrypted === undefined ? {} : { encrypted }),
    ...(agentId === undefined || agentId === '' ? {} : { agentId }),
  };
}

function onlyOne(xml: string, field: RegExp): string | undefined {
  const [found, ...others] = xml.matchAll(field);
  return found === undefined || others.length > 0 ? undefined : (found[1] ?? found[2])?.trim();
}

function after(xml: string, end: string, from: number): number {
  const at = xml.indexOf(end, from);
  if (at === -1) throw new Error('callback XML that ends in the middle');
  return at + end.length;
}
