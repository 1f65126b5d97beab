/** Where private keys are written: what stands there before must not get at them. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writePrivately } from '../../bin/private-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tillgate-private-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const modeOf = (file: string) => statSync(file).mode & 0o777;

describe('security minor 10 a key file', () => {
  test('is its owner’s only, and so is a folder that is made for it', () => {
    const file = join(folder, 'new', 'key.json');
    writePrivately(file, { privateKeyPem: 'secret' });
    expect([modeOf(file), modeOf(join(folder, 'new'))]).toEqual([0o600, 0o700]);
    expect(readFileSync(file, 'utf8')).toBe('{\n  "privateKeyPem": "secret"\n}\n');
    expect(readdirSync(join(folder, 'new'))).toEqual(['key.json']);
  });

  test.each(['key.json', 'key.json.new'])('takes no mode from what stands at %s', (name) => {
    const file = join(folder, 'key.json');
    writeFileSync(join(folder, name), 'old', { mode: 0o666 });
    writePrivately(file, { privateKeyPem: 'secret' });
    expect([modeOf(file), readFileSync(file, 'utf8')]).toEqual([0o600, '{\n  "privateKeyPem": "secret"\n}\n']);
  });

  test.each(['key.json', 'key.json.new'])('goes nowhere by a link at %s', (name) => {
    const file = join(folder, 'key.json');
    const stolen = join(folder, 'stolen.json');
    symlinkSync(stolen, join(folder, name));
    writePrivately(file, { privateKeyPem: 'secret' });
    expect([existsSync(stolen), lstatSync(file).isSymbolicLink(), modeOf(file)]).toEqual([false, false, 0o600]);
  });

  test('that cannot be written is an error, and what was there stays', () => {
    const file = join(folder, 'key.json');
    mkdirSync(`${file}.new`);
    writeFileSync(file, 'old');
    expect(() => writePrivately(file, {})).toThrow();
    expect(readFileSync(file, 'utf8')).toBe('old');
  });
});
