import { builtinModules } from 'node:module';
import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const nodeBuiltins = builtinModules
  .filter((name) => !name.startsWith('_'))
  .flatMap((name) => [name, `node:${name}`]);

/** Folders of product code, for which the arrows below hold. */
const folders = [
  ...[
    'activities',
    'api',
    'console',
    'domain',
    'embedded',
    'i18n',
    'oa',
    'store',
    'wecom',
    'workers',
    'workflows',
  ],
  ...['simulator', 'reference-oa', 'bench', 'demo', 'test', 'scripts'],
];

/**
 * A folder may import itself and these; the composition roots (workers/, and api/ for its own) see what they compose.
 * Everything not named is closed.
 */
const mayImport = {
  // Activities as types only: see the rule for workflow code below.
  workflows: ['domain', 'activities'],
  activities: ['wecom', 'oa', 'store', 'domain', 'i18n', 'workflows'],
  domain: ['i18n'],
  wecom: ['i18n', 'domain'],
  oa: ['i18n', 'domain'],
  store: ['wecom', 'oa', 'domain', 'i18n'],
  api: ['workflows', 'store', 'domain', 'wecom', 'oa', 'i18n'],
  workers: ['activities', 'workflows', 'wecom', 'oa', 'store', 'domain', 'i18n'],
  embedded: ['store', 'wecom', 'oa', 'domain', 'i18n', 'demo'],
  // Types only: a table of texts is keyed by what the domain can say.
  i18n: ['domain'],
  console: ['i18n'],
  simulator: [],
  'reference-oa': [],
  bench: [],
  demo: [],
};

const arrows = Object.entries(mayImport).map(([folder, targets]) => ({
  target: `./${folder}`,
  from: folders.filter((other) => other !== folder && !targets.includes(other)).map((other) => `./${other}`),
  message: `${folder}/ may import only: ${targets.join(', ') || 'itself'}.`,
}));

/** Root files (the configuration) are part of the product too. */
const closedRoot = [
  'workflows',
  'domain',
  'wecom',
  'oa',
  'simulator',
  'reference-oa',
  'bench',
  'demo',
  'i18n',
].map((folder) => ({
  target: `./${folder}`,
  from: './config.ts',
  message: 'Settings are handed in by the composition roots.',
}));

export default tseslint.config(
  {
    ignores: [
      'node_modules/',
      'dist/',
      '.data/',
      'coverage/',
      'store/generated/',
      'test-output/',
      '**/*.d.ts',
    ],
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.base],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.tsx', '.js', '.json'] })],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
      'import-x/external-module-folders': ['node_modules'],
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-for-in-array': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/no-unsafe-argument': 'error',
      '@typescript-eslint/no-unsafe-assignment': 'error',
      '@typescript-eslint/no-unsafe-call': 'error',
      '@typescript-eslint/no-unsafe-member-access': 'error',
      '@typescript-eslint/no-unsafe-return': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-constant-binary-expression': 'error',
      'no-control-regex': 'error',
      'no-dupe-else-if': 'error',
      'no-duplicate-case': 'error',
      'no-empty': 'error',
      'no-eval': 'error',
      'no-fallthrough': 'error',
      'no-self-compare': 'error',
      'no-template-curly-in-string': 'error',
      'no-unsafe-finally': 'error',
      'no-useless-catch': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'require-atomic-updates': 'off',
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-restricted-paths': [
        'error',
        { basePath: import.meta.dirname, zones: [...arrows, ...closedRoot] },
      ],
      'import-x/no-self-import': 'error',
    },
  },
  {
    // Product code: one reader of the environment, one logger.
    files: ['**/*.{ts,tsx}'],
    ignores: [
      'config.ts',
      'prisma.config.ts',
      'test/**',
      'bench/**',
      'simulator/main.ts',
      'reference-oa/main.ts',
      'console/**',
    ],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'config.ts is the only reader of the environment.' },
      ],
    },
  },
  {
    files: ['**/*.{ts,tsx}'],
    ignores: ['test/**', 'bench/**'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['api/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              // The names that every client of a workflow needs belong to its contract.
              regex: '/workflows/(?!(.*\\.contract|task-queues|search-attributes)$)',
              message: 'The API knows workflows by their contracts (workflows/*.contract) only.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['activities/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '/workflows/(?!.*\\.contract$)',
              message: 'Activities share types with workflows through their contracts only.',
            },
          ],
        },
      ],
    },
  },
  {
    // Workflow code runs in a deterministic sandbox.
    files: ['workflows/**/*.ts', 'domain/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: nodeBuiltins.map((name) => ({
            name,
            message: 'Workflow code and what it imports must be deterministic: no Node built-ins.',
          })),
          patterns: [
            {
              regex: '/activities(/|$)',
              allowTypeImports: true,
              message: 'Workflows know activities by their types only.',
            },
            {
              regex: '^@temporalio/(?!workflow$|common)',
              message: 'Workflow code may use @temporalio/workflow and @temporalio/common only.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['console/**/*.{ts,tsx}'],
    ...reactHooks.configs.flat['recommended-latest'],
  },
  {
    files: ['test/**/*.{ts,tsx}', 'bench/**/*.ts'],
    rules: {
      // Test data is written down whole; what is there is known to be there.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.object.name='jest'][callee.property.name=/^(mock|doMock)$/]",
          message: 'Tests run real parts; a module that has to be mocked is too big.',
        },
        {
          selector:
            'MemberExpression[object.name=/^(it|test|describe)$/][property.name=/^(skip|only|todo)$/]',
          message: 'A test that does not run is a failed one.',
        },
      ],
    },
  },
  {
    files: ['**/*.{mjs,cjs}'],
    languageOptions: { ecmaVersion: 'latest' },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'no-var': 'error',
      'prefer-const': 'error',
      'no-unused-vars': ['error', { varsIgnorePattern: '^_' }],
    },
  },
);
