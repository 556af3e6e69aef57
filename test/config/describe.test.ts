import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { describeConfiguration } from '../../config/describe.ts';

describe('docs/configuration.md', () => {
  it('is what the configuration says of itself', () => {
    expect(readFileSync('docs/configuration.md', 'utf8')).toBe(describeConfiguration());
  });
});
