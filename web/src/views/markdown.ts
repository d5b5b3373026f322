import { make } from '../dom';

/** The Markdown of model cards as elements: headings, paragraphs, lists, tables, code, links. Nothing in it is read as HTML. */
export function markdown(text: string, headings = 2): HTMLElement[] {
  const blocks: HTMLElement[] = [];
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  for (let i = 0; i < lines.length;) {
    const take = (belongs: (line: string) => boolean) => {
      const from = i;
      while (i < lines.length && belongs(lines[i]))
        i++;
      return lines.slice(from, i);
    };
    const line = lines[i], heading = /^(#{1,4}) (.*)/.exec(line);
    if (line.trim() === '')
      i++;
    else if (heading) {
      blocks.push(make(`h${Math.min(6, heading[1].length + headings - 1)}` as 'h2', {}, ...inline(heading[2])));
      i++;
    } else if (line.startsWith('```')) {
      i++;
      blocks.push(make('pre', { tabIndex: 0 }, make('code', {}, take(inside => !inside.startsWith('```')).join('\n'))));
      i++;
    } else if (line.startsWith('|'))
      blocks.push(tableOf(take(row => row.startsWith('|'))));
    else if (line.startsWith('- '))
      blocks.push(make('ul', {}, ...take(item => item.startsWith('- ')).map(item => make('li', {}, ...inline(item.slice(2))))));
    else
      blocks.push(make('p', {}, ...inline(take(inside => inside.trim() !== '' && !/^([|#]|- |```)/.test(inside)).join(' '))));
  }
  return blocks;
}

/** A table; one of counts with the same names across and down is a confusion matrix. */
function tableOf(lines: readonly string[]): HTMLElement {
  const [header, , ...rows] = lines.map(line => line.trim().replace(/^\||\|$/g, '').split('|').map(cell => cell.trim()));
  const isConfusion = rows.length > 1 && rows.length === header.length - 1 && rows.every((row, index) => row[0] === header[index + 1] && row.slice(1).every(cell => /^\d+$/.test(cell)));
  const head = header.some(cell => cell !== '') ? make('thead', {}, make('tr', {}, ...header.map(cell => cell === '' ? make('td') : make('th', { scope: 'col' }, ...inline(cell))))) : null;
  const body = make('tbody', {}, ...rows.map((row, place) => {
    const total = row.slice(1).reduce((sum, cell) => sum + Number(cell), 0);
    return make('tr', {}, ...row.map((cell, column) => {
      if (column === 0)
        return make('th', { scope: 'row' }, ...inline(cell));
      const made = make('td', {}, ...inline(cell));
      if (isConfusion) {
        const share = Number(cell) / total;
        made.style.setProperty('--share', `${(share * 50).toFixed(0)}%`);
        made.className = column - 1 === place ? 'right' : 'wrong';
        made.title = `${header[column]}: ${Math.round(share * 100)} % of ${row[0]}`;
      }
      return made;
    }));
  }));
  return make('div', { className: 'scroll', tabIndex: 0, attributes: { role: 'region', 'aria-label': isConfusion ? 'Confusion matrix' : 'Table' } },
    make('table', { className: isConfusion ? 'confusion' : '' }, head, body));
}

/** Code, links and bold within a line. Links within the repository lead nowhere here, so they are text. */
function inline(text: string): (Node | string)[] {
  return text.split(/(`[^`]+`|\[[^\]]+\]\([^)]+\)|\*\*[^*]+\*\*)/).filter(part => part !== '').map(part => {
    const link = /^\[([^\]]+)\]\(([^)]+)\)$/.exec(part);
    if (link)
      return /^https?:/.test(link[2]) ? make('a', { href: link[2], rel: 'noreferrer' }, link[1]) : link[1];
    if (part.startsWith('`'))
      return make('code', {}, part.slice(1, -1));
    return part.startsWith('**') ? make('strong', {}, part.slice(2, -2)) : part;
  });
}
