/** A text in each language that the house speaks. */
export interface Words {
  readonly 'zh-CN': string;
  readonly en: string;
}
