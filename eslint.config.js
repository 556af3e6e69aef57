import js from '@eslint/js';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const aboveStores = ['processors', 'routes', 'queues', 'workers', 'api', 'cli', 'app', 'config'];
const aboveEngine = ['stores', 'backups', 'scheduling', ...aboveStores];

/** Who may not import whom, with the reason: runtime, engine ← stores ← processors, backups, scheduling ← routes, queues ← workers, api, cli ← app. */
const layers = [
  ['runtime', ['engine', ...aboveEngine], 'what lies underneath does not know what stands on it'],
  ['engine', aboveEngine, 'the engine knows nothing of backups'],
  ['scheduling', aboveStores, 'the plan is pure: no queue, no configuration, and of stores the types alone'],
  ['stores', aboveStores, 'a store is dumb: it does not know who uses it'],
  ['backups', aboveStores, 'what a type does knows nothing of how it is run'],
  ['recording', [...aboveStores, 'scheduling'], 'recording follows the events, whoever made them'],
  ['leadership', ['backups', ...aboveStores, 'scheduling'], 'leadership starts and stops what it is given'],
  ['reaping', aboveStores, 'the reaper sees ports alone, so that it can end what any process left'],
  [
    'processors',
    ['routes', 'workers', 'api', 'cli', 'app', 'config'],
    'a processor takes what it needs as an argument',
  ],
  [
    'queues',
    ['routes', 'workers', 'api', 'cli', 'app', 'config', 'processors'],
    'a queue is a name and a payload',
  ],
  ['routes', ['workers', 'api', 'cli', 'app', 'config'], 'a route is data; those who run it import it'],
  ['workers', ['api', 'cli', 'app'], 'only the composition root wires processes together'],
  ['api', ['workers', 'cli', 'app', 'config'], 'only the composition root wires processes together'],
  ['cli', ['workers'], 'the CLI starts processes through app'],
];

/** An adapter is chosen in one place, the composition root; everyone else sees the port. */
const adaptersOf = (folder) => ({
  regex: `(^|/)stores/[^/]+/(?!port(\\.ts)?$)`,
  message: `${folder} depends on ports; adapters are chosen in the composition root`,
});

export default tseslint.config(
  { ignores: ['dist', 'coverage', 'node_modules', '.quickstart', '.test'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, importX.flatConfigs.typescript],
    languageOptions: { parserOptions: { projectService: true } },
    settings: { 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js'] })] },
    plugins: { 'import-x': importX },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-default-export': 'error',
      'max-lines': ['error', { max: 250, skipBlankLines: false, skipComments: false }],
      'no-console': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    ignores: ['runtime/duckdb-instance.ts', 'test/**', 'bench/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: '@duckdb/node-api',
              importNames: ['DuckDBInstance'],
              message:
                'openInstance closes it when no call is under way; anything else may crash the process',
            },
          ],
        },
      ],
    },
  },
  ...layers.map(([folder, forbidden, message]) => ({
    files: [`${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: `^(\\.\\./)+(${forbidden.join('|')})/`, message: `${folder}: ${message}` },
            ...([
              'processors',
              'backups',
              'reaping',
              'routes',
              'scheduling',
              'recording',
              'leadership',
            ].includes(folder)
              ? [adaptersOf(folder)]
              : []),
            ...(folder === 'processors'
              ? [{ regex: '^(bullmq|ioredis)$', message: 'processors never import a queue' }]
              : []),
          ],
        },
      ],
    },
  })),
  { files: ['test/**/*.ts', 'bench/**/*.ts', 'cli/**/*.ts'], rules: { 'no-console': 'off' } },
  // jest takes the default export.
  {
    files: ['test/support/global-*.ts', 'test/support/even-shards.ts'],
    rules: { 'import-x/no-default-export': 'off' },
  },
  { files: ['*.js', 'web/*.js'], ...tseslint.configs.disableTypeChecked },
  {
    files: ['web/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        ['document', 'location', 'fetch', 'setTimeout', 'DOMParser'].map((name) => [name, 'readonly']),
      ),
    },
  },
);
