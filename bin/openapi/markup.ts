/** The little of Markdown that the descriptions use, as HTML: paragraphs, lists, and words in back quotes. */
import { escapeHtml } from '../../functions/statement/export/escape.ts';

/** One line, with words in back quotes. */
export function inline(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}

/** Paragraphs and lists; a line that begins with blanks goes on with the one before. */
export function blocks(text: string): string {
  return text
    .split(/\n{2,}/)
    .map((block) => {
      const lines = block.replaceAll(/\n {2,}/g, ' ').split('\n');
      const mark = /^(- |\d+\. )/;
      if (!lines.every((line) => mark.test(line))) return `<p>${lines.map(inline).join('<br>')}</p>`;
      const list = lines[0]?.startsWith('- ') ? 'ul' : 'ol';
      return `<${list}>${lines.map((line) => `<li>${inline(line.replace(mark, ''))}</li>`).join('')}</${list}>`;
    })
    .join('\n');
}
