/** Copies of the project in which defects are planted, one at a time. */
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './areas.ts';

const FOLDER = join(ROOT, '.local', 'defects');
const PARTS = ['bin', 'docs', 'functions', 'lib', 'test', 'web'];
const FILES = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'biome.json',
  'cdk.json',
  'clock.grit',
  'README.md',
  'README.zh-CN.md',
  'vitest.config.ts',
];

/** Turns a file's text into one with the defect. */
export interface Change {
  readonly file: string;
  readonly change: (text: string) => string;
}

export class Field {
  readonly folder: string;
  private readonly whole = new Map<string, string>();

  constructor(n: number) {
    this.folder = join(FOLDER, `field-${n}`);
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true });
    for (const part of [...PARTS, ...FILES]) cpSync(join(ROOT, part), join(this.folder, part), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(this.folder, 'node_modules'));
  }

  plant(changes: readonly Change[]): void {
    this.clear();
    for (const { file, change } of changes) {
      const path = join(this.folder, file);
      const text = readFileSync(path, 'utf8');
      if (!this.whole.has(path)) this.whole.set(path, text);
      writeFileSync(path, change(text));
    }
  }

  clear(): void {
    for (const [path, text] of this.whole) writeFileSync(path, text);
    this.whole.clear();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
