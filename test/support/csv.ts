/** A reader of RFC 4180, written from its grammar and knowing nothing of how our files are made. */
export function readCsv(file: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < file.length) {
    let field = '';
    if (file[at] === '"') {
      for (at += 1; ; at += 1) {
        if (at >= file.length) throw new Error('a quoted field never ends');
        if (file[at] !== '"') field += file[at];
        else if (file[at + 1] === '"') field += file[at++];
        else break;
      }
      at += 1;
    } else {
      const end = /[",\r\n]/g;
      end.lastIndex = at;
      const stop = end.exec(file)?.index ?? file.length;
      if (file[stop] === '"') throw new Error(`a quote inside of an unquoted field at ${stop}`);
      field = file.slice(at, stop);
      at = stop;
    }
    record.push(field);
    if (file[at] === ',') at += 1;
    else if (file.startsWith('\r\n', at)) {
      records.push(record);
      record = [];
      at += 2;
    } else throw new Error(`neither comma nor line end at ${at}`);
  }
  if (record.length > 0) throw new Error('the last line does not end');
  return records;
}

/** Rows by the names in the header. */
export function readTable(file: string): Record<string, string>[] {
  const [header = [], ...rows] = readCsv(file);
  return rows.map((row) => {
    if (row.length !== header.length) throw new Error(`${row.length} cells under ${header.length} names`);
    return Object.fromEntries(header.map((name, i) => [name, row[i] ?? '']));
  });
}
