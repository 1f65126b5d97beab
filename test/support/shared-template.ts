/** The template of the usual settings, made by the first test file of a run that needs it, and read by all others. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import type { TemplateSettings } from '../../bin/local/template.ts';

/** Stand in the file where each file's own come. */
const PLACES: TemplateSettings = {
  alipayGateway: 'https://alipay-gateway.invalid/gateway.do',
  authorities: 'authorities.invalid:443',
};

/** What the CDK app makes of the settings. It takes a second of CPU to load, which is saved in all files but the first. */
export async function sharedTemplate(): Promise<(settings: TemplateSettings) => unknown> {
  const text = await textOf(join(inject('run'), 'template.json'));
  return (settings) =>
    JSON.parse(
      text
        .replaceAll(PLACES.alipayGateway, settings.alipayGateway)
        .replaceAll(PLACES.authorities, settings.authorities),
    );
}

async function textOf(file: string): Promise<string> {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const { synthesizeTemplate } = await import('../../bin/app.ts');
  const text = JSON.stringify(synthesizeTemplate({ ...PLACES }));
  mkdirSync(dirname(file), { recursive: true });
  // Another file may make it at the same time: neither is read half.
  writeFileSync(`${file}.${process.pid}`, text);
  renameSync(`${file}.${process.pid}`, file);
  return text;
}
