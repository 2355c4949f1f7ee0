import { Parser } from 'xml2js';

/** WeCom's XML as nested plain values; repeated elements become arrays, so a reader decides what it expects. */
export type XmlNode = string | XmlNode[] | { readonly [name: string]: XmlNode };

// The largest real callback is a change of a whole tag, a few hundred kilobytes.
const maxXmlChars = 1024 * 1024;

export async function parseCallbackXml(xml: string): Promise<{ readonly [name: string]: XmlNode }> {
  if (xml.length > maxXmlChars) throw new Error('callback XML too large');
  // No document WeCom sends has a DTD; with one come entities that grow without bounds.
  if (/<!DOCTYPE|<!ENTITY/i.test(xml)) throw new Error('callback XML with a document type');
  const parser = new Parser({ explicitArray: false, explicitRoot: false, ignoreAttrs: true, strict: true });
  const root = (await parser.parseStringPromise(xml)) as XmlNode | null;
  if (root === null || typeof root !== 'object' || Array.isArray(root))
    throw new Error('callback XML without fields');
  return root;
}
